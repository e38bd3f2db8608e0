import { assert } from '../../assert.ts';
import type { Device } from '../../device/device.ts';
import type { Registry } from '../../device/registry.ts';
import { rawCommand } from '../../driver/built-in.ts';
import type { CommandSpec, JsonSchema, Verify, WriteSpec } from '../../driver/spec.ts';
import { BellcrankError } from '../../errors.ts';
import { resolveRaw } from '../raw.ts';
import type { Resolved, Step, Verification } from '../step.ts';

const writePrefix = 'write:';

/** Finds the device and what it is asked to do. */
export function resolveStep(registry: Registry): Step {
  return (passage) => {
    passage.device = registry.get(passage.submission.device);
    passage.model = passage.device.model;
    passage.resolved = resolve(passage.device, passage.submission.command);
  };
}

export function resolve(device: Device, command: string): Resolved {
  if (command.startsWith(writePrefix)) return resolveWrite(device, command.slice(writePrefix.length));
  if (command === rawCommand) return resolveRaw(device);
  const { commands } = device.model;
  const spec = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (spec === undefined) throw device.undescribed() ?? unknown('command', command, Object.keys(commands));
  return resolveCommand(spec, command);
}

/** By their specs, which many devices share; a driver may have one for several commands. */
const resolvedCommands = new WeakMap<CommandSpec, { readonly command: string; readonly resolved: Resolved }>();

function resolveCommand(spec: CommandSpec, command: string): Resolved {
  const known = resolvedCommands.get(spec);
  if (known?.command === command) return known.resolved;
  const resolved: Resolved = {
    spec,
    params: spec.params,
    result: spec.result,
    handler: (session, params) => session.command(command, params),
    verification: (params) => commandVerification(spec, params),
  };
  resolvedCommands.set(spec, { command, resolved });
  return resolved;
}

/** A property write is a command whose one parameter is `value`. */
function resolveWrite(device: Device, property: string): Resolved {
  const { properties } = device.model;
  const spec = Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (spec === undefined) throw device.undescribed() ?? unknown('property', property, Object.keys(properties));
  if (spec.access === 'read') {
    throw new BellcrankError('method-not-allowed', `property ${property} can only be read`);
  }
  return {
    spec: spec.write,
    params: writeParams(spec.write, spec.schema),
    result: undefined,
    handler: (session, params) => {
      assert(typeof params === 'object' && params !== null && 'value' in params, 'write params were validated');
      return session.write(property, params.value);
    },
    verification: (params) => {
      const { verify } = spec.write;
      if (verify === undefined) return undefined;
      return { property, expected: (params as { value: unknown }).value, ...limitsOf(verify) };
    },
  };
}

function commandVerification({ verify }: CommandSpec, params: unknown): Verification | undefined {
  if (verify === undefined) return undefined;
  const expected = (params as Readonly<Record<string, unknown>>)[verify.param];
  // A parameter that was left out asks for nothing that could be read back.
  if (expected === undefined) return undefined;
  return { property: verify.property, expected, ...limitsOf(verify) };
}

function limitsOf({ tolerance, withinMs }: Verify): Pick<Verification, 'tolerance' | 'withinMs'> {
  return { tolerance: tolerance ?? 0, withinMs: withinMs ?? 0 };
}

/** Cached by the schema it wraps, because compiled validators are cached by the schema object. */
const wrapped = new WeakMap<JsonSchema, JsonSchema>();

export function writeParams(write: WriteSpec, schema: JsonSchema): JsonSchema {
  const value = write.schema ?? schema;
  let params = wrapped.get(value);
  if (params === undefined) {
    params = { type: 'object', properties: { value }, required: ['value'], additionalProperties: false };
    wrapped.set(value, params);
  }
  return params;
}

function unknown(kind: 'command' | 'property', name: string, known: readonly string[]): BellcrankError {
  const list = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return new BellcrankError(
    `${kind}-not-found`,
    `the device has no ${kind} ${JSON.stringify(name.slice(0, 64))}; ${list}`,
  );
}
