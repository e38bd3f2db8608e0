import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { validate } from '../../src/driver/index.ts';
import { checkModbusMap } from './check.ts';
import { modbusDriver } from './driver.ts';
import { type ModbusMap, modbusMapSchema, modelOf } from './model.ts';
import { oven } from './oven.ts';
import { understandModbusMap } from './understand.ts';

const number = { type: 'number', unit: 'V', minimum: 0, maximum: 100 };
const write = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 1000 } as const;
const holding = { table: 'holding', address: 0, type: 'uint16' } as const;

type Property = ModbusMap['properties'][string];

function mapWith(parts: Partial<ModbusMap>): ModbusMap {
  return { model: 'm', summary: 'A device', properties: {}, ...parts };
}

function property(parts: Partial<Property>): ModbusMap {
  return mapWith({ properties: { p: { summary: 'P', schema: number, register: holding, ...parts } } });
}

/** Where something is wrong, without the words. */
function places(map: ModbusMap): string[] {
  expect(validate(modbusMapSchema, map), 'the schema is satisfied').toEqual([]);
  return checkModbusMap(map).map(({ path }) => path.join('/'));
}

test('the oven is sound, survives JSON, and so does its model', () => {
  expect(places(oven)).toEqual([]);
  expect(JSON.parse(JSON.stringify(oven))).toEqual(oven);
  expect(validate(modbusMapSchema, { ...oven, extra: 1 })).not.toEqual([]);
  const model = modelOf(oven);
  expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  expect(modbusDriver(oven).model).toEqual(model);
  // Half of what the register can tell.
  expect(model.properties['setpoint']).toMatchObject({ write: { verify: { tolerance: 0.05 } } });
});

test('the oven is the same as data in a file', async () => {
  const file = new URL('../definitions/bellcrank-oven.yaml', import.meta.url);
  expect(parse(await readFile(file, 'utf8'))).toEqual(oven);
});

test('a file makes a driver, or tells what is wrong and where', () => {
  expect(understandModbusMap(oven)).toMatchObject({ findings: [], driver: { model: { name: 'bellcrank-oven' } } });
  const map = property({ register: { ...holding, scale: 0 } });
  expect(understandModbusMap(map)).toMatchObject({
    findings: [{ path: ['properties', 'p', 'register', 'scale'], severity: 'error' }],
  });
  expect(understandModbusMap(map).driver).toBeUndefined();
  const stop = {
    summary: 'Off',
    confirmation: 'sent',
    timeoutMs: 1,
    writes: [{ register: holding, value: 0, bogus: 1 }],
  };
  const [finding] = understandModbusMap({ ...map, stop }).findings;
  expect(finding?.path.slice(0, 3)).toEqual(['stop', 'writes', '0']);
});

describe('a register', () => {
  test.each<[Partial<Property>, string[]]>([
    [{}, []],
    [{ register: { type: 'int16' } }, ['properties/p/register']],
    [{ register: { type: 'int16', reference: 20_001 } }, ['properties/p/register']],
    [{ register: { type: 'int16', reference: 40_001, address: 0 } }, ['properties/p/register']],
    [{ register: { type: 'int32', table: 'holding', address: 65_535 } }, ['properties/p/register']],
    [{ register: { ...holding, type: 'string' }, schema: { type: 'string' } }, ['properties/p/register']],
    [{ register: { ...holding, length: 2 } }, ['properties/p/register/length']],
    [{ register: { ...holding, scale: 0 } }, ['properties/p/register/scale']],
    [{ register: { ...holding, bit: 3 } }, ['properties/p/register/bit']],
    [{ register: { ...holding, bits: [0, 3] } }, ['properties/p/register/bits']],
    [{ register: { ...holding, type: 'bits' } }, ['properties/p/register']],
    [{ register: { ...holding, values: { on: 1 } } }, ['properties/p/register/values']],
    [{ register: { ...holding, type: 'enum' }, schema: { type: 'string' } }, ['properties/p/register']],
    [{ register: { ...holding, table: 'coil' } }, ['properties/p/register/type']],
    [
      { register: { ...holding, type: 'bool', scale: 2 }, schema: { type: 'boolean' } },
      ['properties/p/register/scale'],
    ],
    [{ register: { ...holding, invalid: -1 } }, ['properties/p/register/invalid']],
    [{ register: { ...holding, invalid: 'nan' } }, ['properties/p/register/invalid']],
    [
      {
        register: { ...holding, type: 'enum', bits: [0, 1], values: { a: 1, b: 1, c: 4 } },
        schema: { type: 'string' },
      },
      ['properties/p/register/values/b', 'properties/p/register/values/c'],
    ],
  ])('%j', (parts, expected) => {
    expect(places(property(parts))).toEqual(expected);
  });
});

describe('a schema', () => {
  const text = { table: 'holding', address: 0, type: 'string', length: 2 } as const;
  const choice = { ...holding, type: 'enum', values: { on: 1, off: 0 } } as const;
  test.each<[Partial<Property>, string[]]>([
    [{ schema: { type: 'string' } }, ['properties/p/schema']],
    [{ schema: { type: 'nonsense' } }, ['properties/p/schema']],
    [{ schema: { type: 'integer' }, register: { ...holding, scale: 0.5 } }, ['properties/p/schema']],
    [{ schema: { type: 'string', enum: ['on'] }, register: choice }, ['properties/p/schema']],
    // What is written must fit.
    [{ write }, []],
    [{ write, register: { ...holding, scale: 0.001 } }, ['properties/p/schema']],
    [{ write, schema: { type: 'number', maximum: 5 } }, ['properties/p/schema']],
    [{ write, schema: { type: 'number', minimum: -1, maximum: 5 } }, ['properties/p/schema']],
    [{ write: { ...write, schema: { type: 'number', minimum: 0, maximum: 70_000 } } }, ['properties/p/write/schema']],
    [{ write, schema: { type: 'string', maxLength: 4 }, register: text }, []],
    [{ write, schema: { type: 'string', maxLength: 5 }, register: text }, ['properties/p/schema']],
    [{ write, schema: { type: 'string', enum: ['on', 'off', 'x'] }, register: choice }, ['properties/p/schema']],
  ])('%j', (parts, expected) => {
    expect(places(property(parts))).toEqual(expected);
  });
});

describe('a write', () => {
  const coil = { table: 'coil', address: 0, type: 'bool' } as const;
  const bit = { ...holding, type: 'bool', bit: 3 } as const;
  const yes = { type: 'boolean' };
  test.each<[Partial<Property>, string[]]>([
    [{ write, register: { ...holding, table: 'input' } }, ['properties/p/write']],
    [{ write: { ...write, function: 5 } }, ['properties/p/write/function']],
    [{ write: { ...write, function: 16 }, register: coil, schema: yes }, ['properties/p/write/function']],
    [{ write: { ...write, function: 15 }, register: coil, schema: yes }, []],
    [{ write: { ...write, function: 6 }, register: { ...holding, type: 'uint32' } }, ['properties/p/write/function']],
    [{ write: { ...write, function: 22 } }, ['properties/p/write/function']],
    [{ write: { ...write, function: 22 }, register: bit, schema: yes }, []],
    [{ write: { ...write, function: 23 }, register: bit, schema: yes }, ['properties/p/write/function']],
    [{ write: { ...write, confirmation: 'confirmed' } }, ['properties/p/write/confirmation']],
    [{ write: { ...write, confirmation: 'confirmed', verify: {} } }, []],
    [{ write: { ...write, confirmation: 'confirmed', function: 23 } }, []],
    [{ access: 'write' }, ['properties/p']],
    [{ access: 'write', write: { ...write, verify: {} } }, ['properties/p/write/verify']],
  ])('%j', (parts, expected) => {
    expect(places(property(parts))).toEqual(expected);
  });

  test('must not change another property', () => {
    const one = { summary: 'One', schema: number, register: holding, write };
    const flag = (at: number): Property => ({ summary: 'Flag', schema: yes, register: { ...bit, bit: at }, write });
    const wide = { ...one, register: { ...holding, address: 1, type: 'uint32' } } as const;
    const overlapping = (properties: ModbusMap['properties']): string[] => places(mapWith({ properties }));
    expect(overlapping({ one, two: one })).toEqual(['properties/two/register']);
    expect(overlapping({ one, flag: flag(3) })).toEqual(['properties/flag/register']);
    expect(overlapping({ a: flag(3), b: flag(4) })).toEqual([]);
    expect(overlapping({ a: flag(3), b: flag(3) })).toEqual(['properties/b/register']);
    expect(overlapping({ one, wide })).toEqual([]);
    expect(overlapping({ wide, two: { ...one, register: { ...holding, address: 2 } } })).toEqual([
      'properties/two/register',
    ]);
    expect(overlapping({ one, two: { summary: 'Read only', schema: number, register: holding } })).toEqual([]);
  });
});

describe('a command', () => {
  const command = { summary: 'Do', ...write, params: { v: number }, writes: [{ register: holding, param: 'v' }] };
  type Command = NonNullable<ModbusMap['commands']>[string];
  const two = { ...holding, address: 9 };
  test.each<[Partial<Command>, string[]]>([
    [{}, []],
    [{ writes: [{ register: holding }], params: {} }, ['commands/c/writes/0']],
    [{ writes: [{ register: holding, param: 'v', value: 1 }] }, ['commands/c/writes/0']],
    [{ writes: [{ register: holding, param: 'w' }], params: {} }, ['commands/c/writes/0/param']],
    [{ params: { v: number, w: number } }, ['commands/c/params/w']],
    [{ writes: [{ register: holding, value: 70_000 }], params: {} }, ['commands/c/writes/0/value']],
    [{ writes: [{ register: holding, value: 'x' }], params: {} }, ['commands/c/writes/0/value']],
    [{ effect: 'read' }, ['commands/c/effect']],
    [{ confirmation: 'confirmed' }, ['commands/c/confirmation']],
    [{ verify: { property: 'x', param: 'y' } }, ['commands/c/verify/property', 'commands/c/verify/param']],
    [{ reads: { r: { schema: { type: 'string' }, register: two } } }, ['commands/c/reads/r/schema']],
  ])('%j', (parts, expected) => {
    expect(places(mapWith({ commands: { c: { ...command, ...parts } } }))).toEqual(expected);
  });

  test('that does nothing', () => {
    const { writes: _, params: __, ...idle } = command;
    expect(places(mapWith({ commands: { c: idle } }))).toEqual(['commands/c', 'commands/c/effect']);
  });

  test('stop and identity', () => {
    const stop = { summary: 'Off', confirmation: 'acknowledged', timeoutMs: 1000 } as const;
    expect(places(mapWith({ stop: { ...stop, writes: [{ register: holding, value: 0 }] } }))).toEqual([]);
    expect(places(mapWith({ stop: { ...stop, writes: [{ register: holding, value: -1 }] } }))).toEqual([
      'stop/writes/0/value',
    ]);
    expect(places(mapWith({ identify: { object: 'revision' } }))).toEqual(['identify']);
    expect(places(mapWith({ identify: { register: { type: 'int16' }, equals: 1 } }))).toEqual(['identify/register']);
  });
});

test('the schema refuses what it does not know', () => {
  const wrong = { summary: 'P', schema: number, register: holding };
  for (const properties of [
    { 'Bad name': wrong },
    { p: { ...wrong, pol: 5 } },
    { p: { ...wrong, register: { ...holding, adress: 1 } } },
  ]) {
    expect(validate(modbusMapSchema, { model: 'm', summary: 'S', properties })).not.toEqual([]);
  }
});

test('the findings are bounded', () => {
  const bad = { summary: 'P', schema: number, register: { type: 'int16' } } as const;
  const properties = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`p${index}`, bad]));
  expect(checkModbusMap(mapWith({ properties }))).toHaveLength(100);
});
