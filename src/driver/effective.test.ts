import { Type } from '@sinclair/typebox';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { effectiveModel, type Limits } from './effective.ts';
import { narrowSchema } from './narrow.ts';
import { validate } from './schema.ts';
import type { JsonSchema, Model } from './spec.ts';

const closed = { additionalProperties: false };
const setting = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 1000 } as const;

const supply: Model = {
  name: 'supply',
  summary: 'A supply',
  commands: {
    'set-voltage': {
      summary: 'Set the voltage',
      ...setting,
      params: Type.Object(
        { volts: Type.Number({ unit: 'V', minimum: 0, maximum: 30, default: 12, examples: [1, 12] }) },
        { ...closed, examples: [{ volts: 3.3 }, { volts: 24 }] },
      ),
      result: Type.Object({}, closed),
      examples: [{ params: { volts: 3.3 } }, { params: { volts: 24 } }],
    },
    'set-mode': {
      summary: 'Set the mode',
      ...setting,
      params: Type.Object({
        mode: Type.Union([Type.Literal('cv'), Type.Literal('cc'), Type.Literal('off')]),
        channel: Type.Integer({ minimum: 1, maximum: 4 }),
        label: Type.String({ minLength: 1, maxLength: 16 }),
        gain: Type.Number({ exclusiveMinimum: 0, multipleOf: 0.1 }),
        on: Type.Boolean(),
        list: Type.Array(Type.Number()),
      }),
      result: Type.Object({}, closed),
    },
    reset: { summary: 'Reset', ...setting, params: Type.Object({}, closed), result: Type.Object({}, closed) },
  },
  properties: {
    voltage: { summary: 'Measured', schema: Type.Number(), access: 'read', source: { pollMs: 500 } },
    setpoint: {
      summary: 'Setpoint',
      schema: Type.Number({ unit: 'V', minimum: 0, maximum: 30 }),
      access: 'read-write',
      source: { pollMs: 500 },
      write: setting,
    },
    pin: { summary: 'PIN', schema: Type.String({ maxLength: 8 }), access: 'write', write: setting },
  },
  events: {},
};

function problems(restrictions: { deny?: string[]; limits?: Limits }): string[] {
  return effectiveModel(supply, restrictions).problems.map(({ path, detail }) => `${path.join('.')}: ${detail}`);
}

const limited = (command: string, params: Record<string, object>): string[] =>
  problems({ limits: { [command]: params } });

test('without restrictions the model is as it was', () => {
  expect(effectiveModel(supply, {})).toEqual({ model: supply, problems: [] });
});

test('deny removes commands, read-only properties stay readable, and the input is left as it was', () => {
  const before = structuredClone(JSON.parse(JSON.stringify(supply)));
  const { model, problems: found } = effectiveModel(supply, { deny: ['reset', 'write:setpoint', 'write:pin'] });
  expect(found).toEqual([]);
  expect(Object.keys(model.commands)).toEqual(['set-voltage', 'set-mode']);
  expect(model.properties['setpoint']).toEqual({
    summary: 'Setpoint',
    schema: supply.properties['setpoint']?.schema,
    access: 'read',
    source: { pollMs: 500 },
  });
  expect(Object.keys(model.properties)).toEqual(['voltage', 'setpoint']);
  expect(JSON.parse(JSON.stringify(supply))).toEqual(before);
});

test('limits narrow a parameter, and drop the examples and defaults that it no longer accepts', () => {
  const { model, problems: found } = effectiveModel(supply, { limits: { 'set-voltage': { volts: { maximum: 5.5 } } } });
  expect(found).toEqual([]);
  const command = model.commands['set-voltage'];
  expect(validate(command?.params ?? {}, { volts: 5.5 })).toEqual([]);
  expect(validate(command?.params ?? {}, { volts: 5.6 })).toHaveLength(1);
  expect(validate(command?.params ?? {}, { volts: -1 })).toHaveLength(1);
  expect(command?.examples).toEqual([{ params: { volts: 3.3 } }]);
  expect(command?.params['examples']).toEqual([{ volts: 3.3 }]);
  expect(command?.params).toMatchObject({ properties: { volts: { examples: [1] } } });
  expect(command?.params).not.toHaveProperty('properties.volts.default');
  expect(validate(supply.commands['set-voltage']?.params ?? {}, { volts: 24 })).toEqual([]);
});

test('a narrowed property narrows what may be written and not what may be read', () => {
  const { model } = effectiveModel(supply, { limits: { 'write:setpoint': { maximum: 5 } } });
  const spec = model.properties['setpoint'];
  expect(spec?.schema).toBe(supply.properties['setpoint']?.schema);
  expect(spec).toMatchObject({ write: { ...setting, schema: { minimum: 0, maximum: 5, unit: 'V' } } });
  expect(supply.properties['setpoint']).not.toHaveProperty('write.schema');
});

test('where a model itself lets less be written than read, a limit narrows that', () => {
  const write = { ...setting, schema: { type: 'number', minimum: 0, maximum: 10 } };
  const setpoint = { summary: 'Setpoint', schema: { type: 'number' }, access: 'write', write } as const;
  const narrower = { ...supply, properties: { setpoint } };
  expect(effectiveModel(narrower, { limits: { 'write:setpoint': { maximum: 11 } } }).problems).toHaveLength(1);
  const { model } = effectiveModel(narrower, { limits: { 'write:setpoint': { maximum: 9 } } });
  expect(model.properties['setpoint']).toMatchObject({ write: { schema: { minimum: 0, maximum: 9 } } });
});

test('every kind of value has its limits', () => {
  const limits = {
    mode: { enum: ['cv', 'off'] },
    channel: { minimum: 2, multipleOf: 2 },
    label: { minLength: 2, maxLength: 4 },
    gain: { maximum: 1, multipleOf: 0.5 },
    on: { enum: [false] },
  };
  const { model, problems: found } = effectiveModel(supply, { limits: { 'set-mode': limits } });
  expect(found).toEqual([]);
  const params = model.commands['set-mode']?.params ?? {};
  const good = { mode: 'off', channel: 4, label: 'ab', gain: 0.5, on: false, list: [] };
  expect(validate(params, good)).toEqual([]);
  const bad = { mode: 'cc', channel: 3, label: 'abcde', gain: 1.5, on: true, list: [] };
  const pointers = new Set(validate(params, bad).map(({ pointer }) => pointer));
  expect([...pointers].sort()).toEqual(['/channel', '/gain', '/label', '/mode', '/on']);
});

test('what would widen is refused with what the model allows', () => {
  const volts = 'the model allows numbers from 0 V up to 30 V';
  expect(limited('set-voltage', { volts: { maximum: 31 } })).toEqual([
    `limits.set-voltage.volts.maximum: would widen the range; ${volts}`,
  ]);
  expect(limited('set-voltage', { volts: { minimum: -1 } })).toEqual([
    `limits.set-voltage.volts.minimum: would widen the range; ${volts}`,
  ]);
  expect(limited('set-mode', { gain: { minimum: 0 } })).toEqual([
    'limits.set-mode.gain.minimum: would widen the range; the model allows numbers greater than 0, in steps of 0.1',
  ]);
  expect(limited('set-mode', { gain: { exclusiveMinimum: 0 } })).toEqual([]);
  expect(limited('set-mode', { gain: { multipleOf: 0.25 } })).toEqual([
    'limits.set-mode.gain.multipleOf: must be a multiple of 0.1; the model allows numbers greater than 0, in steps of 0.1',
  ]);
  expect(limited('set-mode', { channel: { multipleOf: 0.5 } })).toEqual([
    'limits.set-mode.channel.multipleOf: must be a multiple of 1; ' +
      'the model allows numbers from 1 up to 4, in steps of 1',
  ]);
  expect(limited('set-mode', { label: { maxLength: 17, minLength: 0 } })).toEqual([
    'limits.set-mode.label.maxLength: would widen the length; the model allows text of 1 to 16 characters',
    'limits.set-mode.label.minLength: would widen the length; the model allows text of 1 to 16 characters',
  ]);
  expect(limited('set-mode', { mode: { enum: ['cv', 'boost'] } })).toEqual([
    'limits.set-mode.mode.enum: "boost" would widen the choice; the model allows "cv", "cc", "off"',
  ]);
});

test('what leaves no value is refused', () => {
  const empty = ['limits.set-voltage.volts: leaves no value; the model allows numbers from 0 V up to 30 V'];
  expect(limited('set-voltage', { volts: { minimum: 5, maximum: 4 } })).toEqual(empty);
  expect(limited('set-voltage', { volts: { minimum: 5, exclusiveMaximum: 5 } })).toEqual(empty);
  expect(limited('set-voltage', { volts: { minimum: 31 } })).toEqual(empty);
  expect(limited('set-voltage', { volts: { exclusiveMinimum: 10, maximum: 14, multipleOf: 5 } })).toEqual(empty);
  expect(limited('set-voltage', { volts: { minimum: 0.3, maximum: 0.3, multipleOf: 0.1 } })).toEqual([]);
  expect(limited('set-mode', { channel: { minimum: 1.2, maximum: 1.8 } })).toHaveLength(1);
  expect(limited('set-mode', { label: { minLength: 5, maxLength: 4 } })).toHaveLength(1);
  expect(limited('set-mode', { channel: { enum: [1, 2], minimum: 3 } })).toHaveLength(1);
});

test('limits that do not fit the value are refused', () => {
  expect(limited('set-voltage', { volts: { maximum: '5' } })).toEqual([
    'limits.set-voltage.volts.maximum: must be a finite number',
  ]);
  expect(limited('set-voltage', { volts: { maximum: Infinity } })).toHaveLength(1);
  expect(limited('set-voltage', { volts: { maxLength: 5 } })).toEqual([
    'limits.set-voltage.volts.maxLength: does not apply to this value; the model allows numbers from 0 V up to 30 V',
  ]);
  expect(limited('set-mode', { on: { maximum: 1 } })).toEqual([
    'limits.set-mode.on.maximum: does not apply to this value; the model allows "boolean", which only enum narrows',
  ]);
  expect(limited('set-mode', { list: { minimum: 1 } })).toHaveLength(1);
  expect(limited('set-mode', { mode: { maximum: 1 } })).toHaveLength(1);
  expect(limited('set-mode', { mode: { enum: [] } })).toHaveLength(1);
  expect(limited('set-mode', { label: { maxLength: 1.5 } })).toHaveLength(1);
  expect(limited('set-mode', { gain: { multipleOf: 0 } })).toHaveLength(1);
  expect(limited('set-voltage', { volts: { pattern: 'x' } })).toEqual([
    'limits.set-voltage.volts.pattern: is not a limit; limits are minimum, maximum, exclusiveMinimum, ' +
      'exclusiveMaximum, multipleOf, minLength, maxLength, enum',
  ]);
});

test('unknown names say what there is', () => {
  expect(
    problems({
      deny: ['selftest', 'setpoint', 'write:voltage', 'write:volt', 'constructor'],
      limits: { zap: {}, 'set-voltage': { amps: { maximum: 1 }, toString: {} }, 'write:x': { maximum: 1 } },
    }),
  ).toEqual([
    'deny.0: names no command; supply has: set-voltage, set-mode, reset',
    'deny.1: names no command; for the property say write:setpoint',
    'deny.2: is read-only already; of supply can be written: setpoint, pin',
    'deny.3: names no property; of supply can be written: setpoint, pin',
    'deny.4: names no command; supply has: set-voltage, set-mode, reset',
    'limits.zap: names no command; supply has: set-voltage, set-mode, reset',
    'limits.set-voltage.amps: is no parameter of set-voltage; it takes: volts',
    'limits.set-voltage.toString: is no parameter of set-voltage; it takes: volts',
    'limits.write:x: names no property; of supply can be written: setpoint, pin',
  ]);
});

test('limits of what is denied are a contradiction', () => {
  expect(problems({ deny: ['set-voltage'], limits: { 'set-voltage': { volts: { maximum: 5 } } } })).toEqual([
    'limits.set-voltage: is denied too, so its limits have no effect',
  ]);
});

test('a limit with a problem is not applied, and the others are', () => {
  const limits = { 'set-mode': { channel: { maximum: 9 }, label: { maxLength: 3 } } };
  const params = effectiveModel(supply, { limits }).model.commands['set-mode']?.params;
  expect(params).toMatchObject({ properties: { channel: { maximum: 4 }, label: { maxLength: 3 } } });
});

test('whatever the limit, it never widens and never leaves nothing', () => {
  const number = fc.integer({ min: -8, max: 8 });
  const ends = fc.record(
    { minimum: number, maximum: number, exclusiveMinimum: number, exclusiveMaximum: number },
    { requiredKeys: [] },
  );
  const steps = fc.record({ multipleOf: fc.integer({ min: 1, max: 4 }) }, { requiredKeys: [] });
  fc.assert(
    fc.property(ends, steps, ends, steps, (own, ownStep, limit, limitStep) => {
      const schema: JsonSchema = { type: 'integer', ...own, ...ownStep };
      const candidates = Array.from({ length: 41 }, (_, index) => index - 20);
      const accepted = (by: JsonSchema): number[] => candidates.filter((value) => validate(by, value).length === 0);
      fc.pre(accepted(schema).length > 0);
      const narrowed = narrowSchema(schema, { ...limit, ...limitStep });
      const left = accepted(narrowed.schema);
      expect(accepted(schema)).toEqual(expect.arrayContaining(left));
      expect(left.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
