import { Type } from '@sinclair/typebox';
import type { Model } from '../../src/driver/index.ts';
import type { ModbusMap } from './map-schema.ts';
import { commandSpec, propertySpec, stopSpec } from './specs.ts';

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

/** Options of one device in the configuration; the simulated driver takes the same. */
export const optionsSchema = Type.Object(
  {
    unit: Type.Optional(
      Type.Integer({
        title: 'Unit',
        description:
          'The device’s address on the line, or behind the gateway; 1 if absent. Of a device that is on the network itself 255 or 0, where it wants one of them.',
        minimum: 0,
        maximum: 255,
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
  const { model: name, summary = name, stop } = map;
  const properties = Object.entries(map.properties).map(
    ([key, property]) => [key, propertySpec(key, property, map)] as const,
  );
  const commands = Object.entries(map.commands ?? {}).map(
    ([key, command]) => [key, commandSpec(key, command, map)] as const,
  );
  return {
    name,
    summary,
    properties: Object.fromEntries(properties),
    commands: Object.fromEntries(commands),
    events: {},
    ...(stop && { stop: stopSpec(stop) }),
  };
}
