import type {
  CommandSpec,
  CommandVerify,
  Confirmation,
  JsonSchema,
  PropertySpec,
  StopSpec,
  Verify,
  WriteSpec,
} from '../../src/driver/index.ts';
import { inWords } from '../../src/yaml/in-words.ts';
import type { ModbusCommand, ModbusMap, ModbusProperty } from './map-schema.ts';
import type { Register } from './register-schema.ts';
import { resolutionOf } from './resolution.ts';

/** What holds where a map says nothing; the same as in definitions of text protocols. */
const defaults = { pollMs: 1000, timeoutMs: 2000, stopTimeoutMs: 1000 } as const;

export function propertySpec(name: string, property: ModbusProperty, map: ModbusMap): PropertySpec {
  const { summary = inWords(name), schema, pollMs = map.modbus?.pollMs ?? defaults.pollMs } = property;
  const write = writeSpec(property);
  const base = { summary, schema };
  if (write === undefined) return { ...base, access: 'read', source: { pollMs } };
  if (property.access === 'write') return { ...base, access: 'write', write };
  return { ...base, access: 'read-write', source: { pollMs }, write };
}

function writeSpec({ write, register, schema: whole }: ModbusProperty): WriteSpec | undefined {
  if (write === undefined) return undefined;
  const { effect = 'idempotent', timeoutMs = defaults.timeoutMs, onBusy, schema, verify, function: code } = write;
  return {
    effect,
    confirmation: write.confirmation ?? strongest(verify !== undefined || code === 23),
    timeoutMs,
    ...(onBusy === undefined ? {} : { onBusy }),
    ...(schema === undefined ? {} : { schema }),
    ...(verify === undefined ? {} : { verify: verification(verify, register, schema ?? whole) }),
  };
}

export function commandSpec(name: string, command: ModbusCommand, map: ModbusMap): CommandSpec {
  const { summary = inWords(name), effect, timeoutMs = defaults.timeoutMs, onBusy, params = {}, reads = {} } = command;
  const { verify, writes = [] } = command;
  const isReadBack = writes.length > 0 && writes.every(({ function: code }) => code === 23);
  return {
    summary,
    effect,
    confirmation: command.confirmation ?? strongest(verify !== undefined || isReadBack),
    timeoutMs,
    ...(onBusy === undefined ? {} : { onBusy }),
    ...(verify === undefined ? {} : { verify: commandVerification(verify, params, map) }),
    params: object(params),
    result: object(Object.fromEntries(Object.entries(reads).map(([key, { schema }]) => [key, schema]))),
  };
}

export function stopSpec({ summary, confirmation, timeoutMs }: NonNullable<ModbusMap['stop']>): StopSpec {
  return {
    summary: summary ?? 'Stop',
    confirmation: confirmation ?? 'acknowledged',
    timeoutMs: timeoutMs ?? defaults.stopTimeoutMs,
  };
}

/** As far as the device's own answers go. */
function strongest(isReadBack: boolean): Confirmation {
  return isReadBack ? 'confirmed' : 'acknowledged';
}

function commandVerification(
  verify: NonNullable<ModbusCommand['verify']>,
  params: Readonly<Record<string, JsonSchema>>,
  map: ModbusMap,
): CommandVerify {
  const { property, param } = verify;
  return { property, param, ...verification(verify, map.properties[property]?.register, params[param] ?? {}) };
}

/** What is written is rounded to what the register can hold. */
function verification({ tolerance, withinMs }: Verify, register: Register | undefined, schema: JsonSchema): Verify {
  const allowed = tolerance ?? (register === undefined ? 0 : resolutionOf(register, schema) / 2);
  return { ...(allowed === 0 ? {} : { tolerance: allowed }), ...(withinMs === undefined ? {} : { withinMs }) };
}

/** A closed object with all of these keys. */
function object(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
