import { expect, test } from 'vitest';
import type { ModbusMap } from './model.ts';
import { understandModbusMap } from './understand.ts';

const number = { type: 'number' };
const map: ModbusMap = {
  model: 'm',
  modbus: { wordOrder: 'little' },
  properties: {
    level: { schema: number, register: { table: 'holding', address: 0, type: 'int16', scale: 0.1, invalid: -1 } },
    power: { schema: number, register: { table: 'input', address: 4, type: 'float32' } },
    relay: { schema: { type: 'boolean' }, register: { table: 'coil', address: 0, type: 'bool' } },
    secret: {
      schema: { ...number, minimum: 0, maximum: 9 },
      access: 'write',
      register: { table: 'holding', address: 9, type: 'int16' },
      write: {},
    },
  },
};

type Example = NonNullable<ModbusMap['examples']>[number];

test.each<[Example, string[]]>([
  [{ read: { level: 80 }, registers: { 40001: 800 } }, []],
  [{ read: { level: -1.5 }, registers: { 'holding 0': -15 } }, []],
  [{ read: { level: -1.5, relay: true }, registers: { 40001: 65_521, 'coil 0': 1 } }, []],
  [{ read: { power: 230.5 }, registers: { 30005: [0x80_00, 0x43_66] } }, []],
  [{ read: { power: 230.5 }, registers: { 30006: 0x43_66, 300005: [0x80_00] } }, []],
  [{ read: { level: 80 }, registers: { 40001: 80 } }, ['read/level is read as 8, not 80']],
  [
    { read: { level: 80 }, registers: { 40001: -1 } },
    ['read/level cannot be read: the device has no value: the register holds -1'],
  ],
  [
    { read: { power: 1 }, registers: { 30005: 1 } },
    ['read/power is read from input 5, which is not among the registers'],
  ],
  [{ read: { levle: 1 }, registers: { 40001: 1 } }, ['read/levle names no property; did you mean "level"?']],
  [{ read: { secret: 1 }, registers: { 40010: 1 } }, ['read/secret can never be read']],
  [{ read: { relay: true }, registers: { 'coil 0': 2 } }, ['registers/coil 0 holds bits, 0 or 1']],
  [
    { read: { level: 0 }, registers: { inputs: 1, 20_001: 1, 'input 70000': 1 } },
    ['20001', 'inputs', 'input 70000'].map(
      (key) => `registers/${key} is no place: write the manual’s number or, say, \`input 0\``,
    ),
  ],
  [
    { read: { level: 0 }, registers: { 40001: [0, 0], 'holding 1': 0 } },
    ['registers/holding 1 has holding 1, which is there already'],
  ],
])('%j', (example, expected) => {
  const { findings, driver } = understandModbusMap({ ...map, examples: [example] });
  expect(findings.map(({ path, detail }) => `${path.slice(2).join('/')} ${detail}`)).toEqual(expected);
  expect(driver === undefined).toBe(expected.length > 0);
});
