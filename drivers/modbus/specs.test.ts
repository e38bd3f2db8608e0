import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../src/driver/index.ts';
import { type ModbusMap, modelOf } from './model.ts';
import type { Register } from './register-schema.ts';
import { understandModbusMap } from './understand.ts';

const schema = { type: 'number', minimum: 0, maximum: 1000 };
const at = (address: number) => ({ table: 'holding', address, type: 'uint16' }) as const;

/** A map's model; the map must be sound. */
function model(map: Omit<ModbusMap, 'model'>) {
  expect(understandModbusMap({ model: 'm', ...map }).findings).toEqual([]);
  return modelOf({ model: 'm', ...map });
}

test('what a map leaves out is what a text definition would have', () => {
  const writes = [{ register: at(0), param: 'level' }];
  const command = { effect: 'actuate', params: { level: schema }, writes } as const;
  const told = model({
    properties: {
      'supply-voltage': { schema, register: at(0), write: {} },
      checked: { schema, register: at(1), write: { verify: {} } },
      'read-back': { schema, register: at(2), write: { function: 23 } },
      plain: { schema, register: at(3), write: { verify: {}, confirmation: 'sent' } },
    },
    commands: {
      'fill-up': command,
      checked: { ...command, verify: { property: 'supply-voltage', param: 'level' } },
      'read-back': { ...command, writes: [{ register: at(0), param: 'level', function: 23 }] },
      look: { effect: 'read', reads: { level: { schema, register: at(0) } } },
    },
    stop: { writes: [{ register: at(0), value: 0 }] },
  });
  expect(told).toMatchObject({
    summary: 'm',
    properties: {
      'supply-voltage': {
        summary: 'Supply voltage',
        source: { pollMs: 1000 },
        write: { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 2000 },
      },
      checked: { write: { confirmation: 'confirmed' } },
      'read-back': { write: { confirmation: 'confirmed' } },
      plain: { write: { confirmation: 'sent' } },
    },
    commands: {
      'fill-up': { summary: 'Fill up', confirmation: 'acknowledged', timeoutMs: 2000 },
      checked: { confirmation: 'confirmed' },
      'read-back': { confirmation: 'confirmed' },
      look: { confirmation: 'acknowledged' },
    },
    stop: { summary: 'Stop', confirmation: 'acknowledged', timeoutMs: 1000 },
  });
});

describe('verify allows for half of what a register can tell', () => {
  const integer = { ...schema, type: 'integer' };
  const unbounded = { type: 'number' };
  test.each<[Partial<Register>, JsonSchema, number | undefined]>([
    [{}, schema, 0.5],
    [{ type: 'int32' }, schema, 0.5],
    [{ scale: 0.1 }, schema, 0.05],
    [{ scale: -2 }, { ...schema, minimum: -1000, maximum: 0 }, 1],
    [{ type: 'bits', bits: [0, 9] }, schema, 0.5],
    // Nothing is rounded.
    [{}, integer, undefined],
    [{ scale: 10 }, integer, 5],
    // 1000 lies between 512 and 1024, where a float's step is 2⁻¹⁴; its shortest decimal may be off by another half.
    [{ type: 'float32' }, schema, 2 ** -14],
    [{ type: 'float32', scale: 0.001 }, schema, 2 ** (19 - 23) * 0.001],
    [{ type: 'float64' }, schema, undefined],
    // A scale says nothing of how fine a float is: 1 kW is no half of 2 kW.
    [{ type: 'float32', scale: 1000 }, unbounded, undefined],
  ])('%j of %j', (register, whole, tolerance) => {
    const map = {
      properties: { p: { schema: whole, register: { ...at(0), ...register }, write: { verify: {} } } },
    };
    expect(model(map).properties['p']).toMatchObject({
      write: { verify: tolerance === undefined ? {} : { tolerance } },
    });
    if (tolerance === undefined) expect(model(map).properties['p']).not.toHaveProperty('write.verify.tolerance');
  });

  test('unless it says how much', () => {
    const map = { properties: { p: { schema, register: at(0), write: { verify: { tolerance: 3 } } } } };
    expect(model(map).properties['p']).toMatchObject({ write: { verify: { tolerance: 3 } } });
  });
});
