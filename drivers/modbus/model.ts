import { Type } from '@sinclair/typebox';
import type {
  CommandSpec,
  CommandVerify,
  JsonSchema,
  Model,
  PropertySpec,
  Verify,
  WriteSpec,
} from '../../src/driver/index.ts';
import type { ModbusCommand, ModbusMap, ModbusProperty } from './map-schema.ts';
import type { Register } from './register-schema.ts';

export { modbusMapSchema } from './map-schema.ts';
export { oven } from './oven.ts';
export type {
  ModbusCommand,
  ModbusIdentify,
  ModbusMap,
  ModbusProperty,
  ModbusSettings,
  ModbusWrite,
  WriteFunction,
} from './map-schema.ts';
export type { Register, RegisterType, Table } from './register-schema.ts';

const defaultPollMs = 1000;

/** Options of one device in the configuration; the simulated driver takes the same. */
export const optionsSchema = Type.Object(
  {
    unit: Type.Optional(
      Type.Integer({
        title: 'Unit',
        description: 'The device’s address on the line, or behind the gateway; 1 if absent.',
        minimum: 1,
        maximum: 247,
        default: 1,
      }),
    ),
    framing: Type.Optional(
      Type.Unsafe<'rtu' | 'mbap'>({
        type: 'string',
        enum: ['rtu', 'mbap'],
        title: 'Framing',
        description:
          'RTU, as on serial lines, or MBAP, as in Modbus TCP. If absent: RTU on a serial port, MBAP on anything else.',
      }),
    ),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'From a request to the first byte of its answer; what the model says if absent.',
        unit: 'ms',
        minimum: 5,
        maximum: 60_000,
      }),
    ),
  },
  { additionalProperties: false },
);

/** The model that a map describes. */
export function modelOf(map: ModbusMap): Model {
  const { model: name, summary, stop } = map;
  const properties = mapped(map.properties, (property) => propertySpec(property, map));
  const commands = mapped(map.commands ?? {}, (command) => commandSpec(command, map));
  const spec = stop && { summary: stop.summary, confirmation: stop.confirmation, timeoutMs: stop.timeoutMs };
  return { name, summary, properties, commands, events: {}, ...(spec === undefined ? {} : { stop: spec }) };
}

function propertySpec(property: ModbusProperty, map: ModbusMap): PropertySpec {
  const { summary, schema, pollMs = map.modbus?.pollMs ?? defaultPollMs } = property;
  const write = writeSpec(property);
  const base = { summary, schema };
  if (write === undefined) return { ...base, access: 'read', source: { pollMs } };
  if (property.access === 'write') return { ...base, access: 'write', write };
  return { ...base, access: 'read-write', source: { pollMs }, write };
}

function writeSpec({ write, register }: ModbusProperty): WriteSpec | undefined {
  if (write === undefined) return undefined;
  const { effect, confirmation, timeoutMs, onBusy, schema, verify } = write;
  return {
    effect,
    confirmation,
    timeoutMs,
    ...(onBusy === undefined ? {} : { onBusy }),
    ...(schema === undefined ? {} : { schema }),
    ...(verify === undefined ? {} : { verify: verification(verify, register) }),
  };
}

function commandSpec(command: ModbusCommand, map: ModbusMap): CommandSpec {
  const { summary, effect, confirmation, timeoutMs, onBusy, params = {}, reads = {}, verify } = command;
  const register = map.properties[verify?.property ?? '']?.register;
  return {
    summary,
    effect,
    confirmation,
    timeoutMs,
    ...(onBusy === undefined ? {} : { onBusy }),
    ...(verify === undefined ? {} : { verify: commandVerification(verify, register) }),
    params: object(params),
    result: object(mapped(reads, ({ schema }) => schema)),
  };
}

function commandVerification(
  verify: NonNullable<ModbusCommand['verify']>,
  register: Register | undefined,
): CommandVerify {
  const { property, param } = verify;
  return { property, param, ...verification(verify, register) };
}

/** What is written is rounded to what the register can hold. */
function verification({ tolerance, withinMs }: Verify, register: Register | undefined): Verify {
  const resolution = tolerance ?? resolutionOf(register) / 2;
  return { ...(resolution === 0 ? {} : { tolerance: resolution }), ...(withinMs === undefined ? {} : { withinMs }) };
}

function resolutionOf(register: Register | undefined): number {
  const isNumber = register !== undefined && register.type !== 'bool' && register.type !== 'enum';
  return isNumber && register.scale !== undefined ? Math.abs(register.scale) : 0;
}

/** A closed object with all of these keys. */
function object(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function mapped<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
