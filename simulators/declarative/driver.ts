import { type AnyDriver, type AnySession, type Call, type Clock, contractVersion } from '../../src/driver/index.ts';
import type { Definition, DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import type { Fields } from '../../drivers/declarative/session/values.ts';
import { FaceOne } from './face.ts';
import type { InstanceOptions } from './options.ts';
import { noAnswer } from './turns.ts';
import type { Unit } from './unit.ts';

/** Face 1: the Driver contract straight on the behaviour, with the same model and options and no wire between. */
export function simulatedDriver(source: DefinitionSource, units: readonly [Unit, ...Unit[]], clock: Clock): AnyDriver {
  const { model, optionsSchema } = source.largest;
  const driver: AnyDriver = {
    contract: contractVersion,
    model,
    transports: ['none'],
    options: optionsSchema,
    async attach(_connection, options, context) {
      // The runtime has validated them against the schema of an object.
      const instance = (options ?? {}) as InstanceOptions;
      const definition = source.compile(instance);
      const unit = unitFor(source, units, instance);
      if (unit === undefined) throw noAnswer(definition.line.replyTimeoutMs);
      const face = new FaceOne(unit, clock, (entry) => context.emit('device-error', entry));
      context.signal.addEventListener('abort', () => face.close(), { once: true });
      unit.behaviour.onTold((property, value) => context.report(property, value), context.signal);
      await face.begin(definition, context.signal);
      return sessionOf(face, definition);
    },
  };
  if (!source.hasAddress) return driver;
  return { ...driver, address: (options) => source.address(options as InstanceOptions) ?? '' };
}

function unitFor(
  source: DefinitionSource,
  units: readonly [Unit, ...Unit[]],
  options: InstanceOptions,
): Unit | undefined {
  if (!source.hasAddress) return units[0];
  return units.find((unit) => source.address(unit.definition.options) === source.address(options));
}

function sessionOf(face: FaceOne, definition: Definition): AnySession {
  const { properties, commands, model } = definition;
  const readable = Object.keys(properties).filter((name) => properties[name]?.read !== undefined);
  const writable = Object.keys(properties).filter((name) => properties[name]?.write !== undefined);
  // The contract erases params and calls to `never`; the runtime calls with what the model says.
  return {
    model,
    commands: each(
      Object.keys(commands),
      (name) => (params: Fields, call: Call<null>) => face.command(name, params, call),
    ),
    read: each(readable, (name) => (call: Call<null>) => face.read(name, call)),
    write: each(writable, (name) => (value: unknown, call: Call<null, void>) => face.write(name, value, call)),
    ...(definition.stop !== undefined && { stop: (call: Call<null>) => face.stop(call) }),
    resync: (call: Call<null>) => face.begin(definition, call.signal),
    detach: async () => face.close(),
  };
}

function each<T>(names: readonly string[], make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}
