import { expect, test } from 'vitest';
import { model as grbl } from '../../drivers/grbl/model.ts';
import { check } from '../../src/dashboard/pages/device/form/check.ts';
import { hintOf } from '../../src/dashboard/pages/device/form/hint.ts';
import { present } from '../../src/dashboard/pages/device/form/present.ts';
import type { Schema } from '../../src/dashboard/pages/device/form/schema.ts';

const told = (schema: Schema, value: unknown): string[] =>
  check(schema, value).map(({ path, message }) => `${path.join('/')}: ${message}`);

const volts: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['volts'],
  properties: { volts: { title: 'Voltage', type: 'number', unit: 'V', minimum: 0, maximum: 5.5, multipleOf: 0.1 } },
};

test('what is wrong is told at the field, with its limit and unit', () => {
  expect(told(volts, {})).toEqual(['volts: This is required.']);
  expect(told(volts, { volts: 6 })).toEqual(['volts: At most 5.5 V.']);
  expect(told(volts, { volts: -1 })).toEqual(['volts: At least 0 V.']);
  expect(told(volts, { volts: 0.15 })).toEqual(['volts: In steps of 0.1 V.']);
  expect(told(volts, { volts: 'five' })).toEqual(['volts: This must be a number.']);
  expect(told(volts, { volts: 5, amps: 1 })).toEqual(['amps: This is not known here; remove it.']);
});

test('what goes together is told in the words of the fields', () => {
  const { params } = grbl.commands['move-to'];
  expect(told(params as Schema, {})).toEqual([': Give X, Y or Z.', ': Give Feed or Rapid (yes).']);
  expect(told(params as Schema, { x: 1, rapid: false })).toEqual([': Give Feed or Rapid (yes).']);
  expect(told(params as Schema, { x: 1, feed: 100, coordinates: 'moon' })).toEqual([
    'coordinates: Choose one of work, machine.',
  ]);
});

test('of keys that exclude each other, one is asked for', () => {
  const schema = {
    type: 'object',
    properties: { on: {}, level: {} },
    oneOf: [{ required: ['on'] }, { required: ['level'] }],
  };
  expect(told(schema, {})).toEqual([': Give exactly one of on, level.']);
  expect(told(schema, { on: true, level: 1 })).toEqual([': Give exactly one of on, level.']);
  expect(told(schema, { on: true })).toEqual([]);
});

test('what is forbidden has the author’s words', () => {
  const not = { not: { required: ['xy', 'hs'] }, description: 'takes xy or hs, not both' };
  expect(told({ type: 'object', allOf: [not] }, { xy: 1, hs: 1 })).toEqual([': Takes xy or hs, not both.']);
});

test('of alternatives the one that is meant tells what is wrong with it', () => {
  const rgb = { type: 'object', required: ['r', 'g'], properties: { r: { type: 'integer', maximum: 255 }, g: {} } };
  const schema = { type: 'object', properties: { colour: { anyOf: [rgb, { type: 'string', pattern: '^#' }] } } };
  expect(told(schema, { colour: { r: 300 } })).toEqual(['colour/g: This is required.', 'colour/r: At most 255.']);
  expect(told(schema, { colour: 'red' })).toEqual(['colour: This must match ^#.']);
  expect(told(schema, { colour: true })).toEqual(['colour: This must fit one of its forms: an object or text.']);
});

test('a reference is followed, and a key may have any character', () => {
  const schema = {
    $defs: { level: { type: 'integer', minimum: 1 } },
    type: 'object',
    properties: { 'a/b~c': { $ref: '#/$defs/level' } },
  };
  expect(told(schema, { 'a/b~c': 0 })).toEqual(['a/b~c: At least 1.']);
});

test('what there are no words for is not taken for right', () => {
  expect(told({ unevaluatedItems: false, prefixItems: [{}] }, [1, 2])).toHaveLength(1);
  expect(told({ propertyNames: { maxLength: 1 }, type: 'object' }, { long: 1 }).length).toBeGreaterThan(0);
});

test('a hint says what may be entered', () => {
  expect(hintOf({ type: 'number', minimum: 0, maximum: 5.5, unit: 'V' })).toBe('0 to 5.5 V');
  expect(hintOf({ type: 'number', exclusiveMinimum: 0, unit: 'mm/min' })).toBe('more than 0 mm/min');
  expect(hintOf({ type: 'integer', minimum: 1, examples: [4] })).toBe('1 or more · for example 4');
  expect(hintOf({ type: 'string', maxLength: 20, default: 'a' })).toBe('at most 20 characters · a by default');
  expect(hintOf({ type: 'string', pattern: '^#' })).toBe('matching ^#');
  expect(hintOf({ type: 'string', enum: ['a', 'b'], default: 'a' })).toBe('');
});

test('what no form can be made for is written as JSON', () => {
  const shown = present({ type: 'object', properties: { any: {}, map: { type: 'object' }, pair: { type: 'array' } } });
  expect(shown.uiSchema).toEqual({
    any: { 'ui:field': 'JsonField' },
    map: { 'ui:field': 'JsonField' },
    pair: { 'ui:field': 'JsonField' },
  });
});

test('a choice keeps the type of what is chosen', () => {
  const level = { anyOf: [{ const: 1, title: 'low' }, { const: 2 }] };
  expect(present(level).schema).toEqual({
    type: 'number',
    oneOf: [
      { const: 1, title: 'low' },
      { const: 2, title: '2' },
    ],
  });
  expect(present({ const: true }).schema).toMatchObject({ type: 'boolean', enum: [true] });
});

test('alternatives that have fields of their own stay a choice, each with a name', () => {
  const schema = {
    anyOf: [{ type: 'object', properties: { r: { type: 'integer' } } }, { type: 'string' }, { type: 'null' }],
  };
  const { anyOf } = present(schema).schema as { anyOf: readonly { title: string }[] };
  expect(anyOf.map(({ title }) => title)).toEqual(['r', 'Text', 'Nothing (null)']);
});

test('ranges with steps of their own are one field, with a hint, and the one that is meant tells its steps', () => {
  const ranges = [
    { maximum: 9.99, multipleOf: 0.01 },
    { maximum: 99.9, multipleOf: 0.1 },
  ];
  const rate: Schema = { type: 'number', unit: 'ml', minimum: 0, maximum: 120, anyOf: ranges };
  const schema: Schema = { type: 'object', properties: { rate } };
  const { type, unit, minimum, maximum } = rate;
  const shown = { type, unit, minimum, maximum, ranges };
  expect(present(schema).schema['properties']).toEqual({ rate: shown });
  expect(hintOf(shown)).toBe('0 to 120 ml · 9.99 ml or less in steps of 0.01 ml, 99.9 ml or less in steps of 0.1 ml');
  expect(told(schema, { rate: 1.234 })).toEqual(['rate: In steps of 0.01.']);
  expect(told(schema, { rate: 12.34 })).toEqual(['rate: In steps of 0.1.']);
  expect(told(schema, { rate: 110 })).toEqual([
    'rate: This must be one of: 9.99 or less in steps of 0.01, 99.9 or less in steps of 0.1.',
  ]);
});

test('what a text of a format looks like is said before it is wrong', () => {
  expect(hintOf({ type: 'string', format: 'date' })).toBe('a date such as 2026-01-31');
  expect(hintOf({ type: 'string', format: 'date', examples: ['2020-01-14'] })).toBe('for example 2020-01-14');
});
