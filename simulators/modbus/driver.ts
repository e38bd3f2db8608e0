import type { Static } from '@sinclair/typebox';
import { type ModbusCommand, type ModbusMap, modelOf, optionsSchema } from '../../drivers/modbus/model.ts';
import type { Clock } from '../../src/clock.ts';
import { type AnyDriver, type AnySession, BellcrankError, type Call, contractVersion } from '../../src/driver/index.ts';
import { FaceOne } from './face.ts';
import { pointOf } from './points.ts';
import type { Unit } from './unit.ts';
import type { Point, Value } from './value.ts';

type Options = Static<typeof optionsSchema>;
type Params = Readonly<Record<string, Value>>;

/** Face 1: the Driver contract straight on the registers, with the same model and options and no wire between. */
export function simulatedDriver(map: ModbusMap, units: readonly Unit[], clock: Clock): AnyDriver {
  return {
    contract: contractVersion,
    model: modelOf(map),
    transports: ['none'],
    options: optionsSchema,
    address: (options) => String(optionsOf(options).unit ?? 1),
    async attach(_connection, options, context) {
      const { unit: number = 1, replyTimeoutMs = map.modbus?.replyTimeoutMs ?? 500 } = optionsOf(options);
      const unit = units.find((candidate) => candidate.number === number);
      if (unit === undefined) throw new BellcrankError('device-timeout', `no simulated device has address ${number}`);
      const face = new FaceOne(unit, clock, replyTimeoutMs);
      context.signal.addEventListener('abort', () => face.close(), { once: true });
      await identify(map, face, context.signal);
      return sessionOn(map, face);
    },
  };
}

/** The runtime has validated them against the very schema that this type is inferred from. */
function optionsOf(options: unknown): Options {
  return options as Options;
}

async function identify(map: ModbusMap, face: FaceOne, signal: AbortSignal): Promise<void> {
  const { identify: wanted } = map;
  if (wanted === undefined || !('register' in wanted)) return;
  const found = await face.read(signal, pointOf('identity', wanted.register, map));
  if (found !== wanted.equals) throw new BellcrankError('identity-mismatch', `the device says that it is ${found}`);
}

function sessionOn(map: ModbusMap, face: FaceOne): AnySession {
  const properties = Object.entries(map.properties).map(([name, property]) => ({
    name,
    ...property,
    point: pointOf(name, property.register, map),
  }));
  const readable = properties.filter(({ access }) => access !== 'write');
  const read = readable.map(({ name, point }) => [name, (call: Call<null>) => face.read(call.signal, point)] as const);
  const write = properties
    .filter((property) => property.write !== undefined)
    .map(
      ({ name, point }) =>
        [name, (value: Value, call: Call<null, void>) => face.write(call, [[point, value]], undefined)] as const,
    );
  const commands = Object.entries(map.commands ?? {}).map(
    ([name, command]) => [name, handler(map, command, face)] as const,
  );
  const { stop } = map;
  return {
    commands: Object.fromEntries(commands),
    read: Object.fromEntries(read),
    write: Object.fromEntries(write),
    ...(stop === undefined
      ? {}
      : { stop: (call: Call<null, void>) => face.write(call, pairs(map, stop.writes, {}), undefined) }),
    resync: async (call: Call<null>) => {
      const [first] = readable;
      if (first !== undefined) await face.read(call.signal, first.point);
    },
    detach: async () => face.close(),
  };
}

function handler(map: ModbusMap, command: ModbusCommand, face: FaceOne) {
  const { writes = [], reads = {} } = command;
  return async (params: Params, call: Call<null>): Promise<unknown> => {
    const result: Record<string, Value> = {};
    if (writes.length > 0) await face.write(call, pairs(map, writes, params), {});
    else await call.sending();
    for (const [name, { register }] of Object.entries(reads)) {
      result[name] = await face.read(call.signal, pointOf(name, register, map));
    }
    if (writes.length === 0) call.confirm('acknowledged', { simulated: true });
    return result;
  };
}

function pairs(map: ModbusMap, writes: NonNullable<ModbusCommand['writes']>, params: Params): [Point, Value][] {
  return writes.map(({ register, param = '', value }) => [pointOf('', register, map), value ?? params[param] ?? 0]);
}
