import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { validate } from './schema.ts';
import { topicLevelPattern, topicPrefixPattern } from './topic-words.ts';

const schema = Type.Object(
  { volts: Type.Number({ unit: 'V', minimum: 0, maximum: 30 }) },
  { additionalProperties: false },
);

test('a valid value has no errors and annotation keywords are accepted', () => {
  expect(validate(schema, { volts: 5 })).toEqual([]);
});

test('nothing is coerced and every offending key has its pointer', () => {
  expect(validate(schema, { volts: '42' })).toEqual([{ pointer: '/volts', detail: 'must be number, not a string' }]);
  expect(validate(schema, { volts: null })).toEqual([{ pointer: '/volts', detail: 'must be number, not null' }]);
  expect(validate(schema, { volts: true })).toEqual([{ pointer: '/volts', detail: 'must be number, not a boolean' }]);
  expect(validate(schema, { volts: 5, 'a/b~': 1 })).toEqual([
    { pointer: '/a~1b~0', detail: 'is not a known key; remove it' },
  ]);
  expect(validate(schema, {})).toEqual([{ pointer: '/volts', detail: 'is required' }]);
});

test('numbers that are not finite are refused', () => {
  expect(validate(schema, { volts: Number.NaN })).toHaveLength(1);
  expect(validate(schema, JSON.parse('{"volts":1e999}'))).toHaveLength(1);
});

test('a choice among literals is one error that names them', () => {
  const mode = Type.Union([Type.Literal('eco'), Type.Literal('fast')]);
  expect(validate(mode, 'slow')).toEqual([{ pointer: '', detail: 'must be one of "eco", "fast"' }]);
});

test('one of several keys is one error that names them', () => {
  const schema = {
    type: 'object',
    properties: { device: { type: 'string' }, group: { type: 'string' }, base: { type: 'string' } },
    required: ['base'],
    oneOf: [{ required: ['device'] }, { required: ['group'] }],
  };
  const either = { pointer: '', detail: 'needs exactly one of device, group' };
  expect(validate(schema, { base: 'z' })).toEqual([either]);
  expect(validate(schema, { base: 'z', device: 'a', group: 'b' })).toEqual([either]);
  expect(validate(schema, {})).toEqual([either, { pointer: '/base', detail: 'is required' }]);
});

test('of ranges with steps of their own the one that a number lies in tells its steps', () => {
  const ranges = [
    { maximum: 9.99, multipleOf: 0.01 },
    { maximum: 99.9, multipleOf: 0.1 },
  ];
  const rate = { type: 'number', minimum: 0, maximum: 120, anyOf: ranges };
  const pointer = '/rate';
  expect(validate(rate, 12.3, pointer)).toEqual([]);
  expect(validate(rate, 1.234, pointer)).toEqual([{ pointer, detail: 'must be multiple of 0.01' }]);
  expect(validate(rate, 12.34, pointer)).toEqual([{ pointer, detail: 'must be multiple of 0.1' }]);
  expect(validate(rate, 110, pointer)).toEqual([{ pointer, detail: 'is in none of its ranges' }]);
});

test('a long list of wrong values is answered as soon as a short one', () => {
  const ranges = [
    { maximum: 9.99, multipleOf: 0.01 },
    { maximum: 99.9, multipleOf: 0.1 },
  ];
  const items = { type: 'array', items: { type: 'number', anyOf: ranges } };
  const wrong = Array.from({ length: 20_000 }, () => 110);
  const told = validate(items, wrong);
  expect(told).toEqual(validate(items, wrong.slice(0, 30)));
  expect(told[0]).toEqual({ pointer: '/0', detail: 'is in none of its ranges' });
});

test('what is no part of a topic is told without a regular expression', () => {
  const level = { type: 'string', pattern: topicLevelPattern, description: 'The group.' };
  const detail = 'must be one level of a topic, which has no /, + or # in it. The group.';
  expect(validate(level, 'a/b')).toEqual([{ pointer: '', detail }]);
  const [error] = validate({ type: 'string', pattern: topicPrefixPattern }, 'a/#');
  expect(error?.detail).toMatch(/^must be levels of a topic/);
});

test('schemas that say the same share a validator, so that narrowing a model again and again costs nothing', () => {
  const narrowed = (): object => ({ type: 'number', maximum: 5 });
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < 20_000; round++) validate(narrowed() as Record<string, unknown>, 6);
  // Compiling each of them would take hundreds of megabytes, and most of a minute.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
});

test('the list of errors is bounded', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index]));
  expect(validate(schema, many)).toHaveLength(20);
});
