import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { type Kind, kindOf, stepOf, textOf, valueOf } from './kind.ts';

describe('what a schema comes to', () => {
  test.each([
    [Type.Union([Type.Literal('idle'), Type.Literal('run')]), { type: 'enum', options: ['idle', 'run'] }],
    [Type.Literal('idle'), { type: 'enum', options: ['idle'] }],
    [{ enum: ['a', null] }, { type: 'enum', options: ['a'] }],
    [
      Type.Union([Type.Literal(100), Type.Literal(50)], { unit: '%' }),
      { type: 'enum', options: ['100', '50'], numeric: true },
    ],
    [{ enum: ['a', 1] }, { type: 'json', schema: { enum: ['a', 1] } }],
    [Type.Union([Type.Integer({ minimum: 0, maximum: 9 }), Type.Null()]), { type: 'integer', minimum: 0, maximum: 9 }],
    [
      { type: ['number', 'null'], minimum: 1 },
      { type: 'number', minimum: 1 },
    ],
    [
      { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 5 },
      { type: 'integer', minimum: 1, maximum: 4 },
    ],
    [{ type: ['number', 'string'] }, { type: 'json', schema: { type: ['number', 'string'] } }],
  ])('%j', (schema, kind) => expect(kindOf(schema)).toEqual(kind));
});

const number: Kind = { type: 'number' };

test.each([
  [1e-7, '1e-7'],
  [1e21, '1e21'],
  [1e18, '1000000000000000000'],
  [-0, '0'],
  [0.1, '0.1'],
])('the number %f is %s', (value, text) => expect(textOf(value, number)).toBe(text));

test.each([
  ['1e-7', 1e-7],
  ['9007199254740992', 2 ** 53],
  ['9007199254740993', undefined],
  ['1e999', undefined],
  ['0x10', undefined],
  [' 1', undefined],
  ['', undefined],
  ['NaN', undefined],
])('the text %s asks for %s', (text, value) => expect(valueOf(text, number)?.value).toBe(value));

test('a numeric option is a number again', () => {
  expect(valueOf('50', { type: 'enum', options: ['50'], numeric: true })).toEqual({ value: 50 });
  expect(valueOf('x', { type: 'enum', options: ['50'], numeric: true })).toBeUndefined();
});

test('steps are said only if they count from the end that others count from', () => {
  expect(stepOf({ type: 'number', minimum: 1, step: 0.5 })).toBe(0.5);
  expect(stepOf({ type: 'number', minimum: 0.25, step: 0.5 })).toBeUndefined();
  expect(stepOf({ type: 'number', maximum: 9, step: 2 })).toBeUndefined();
  expect(stepOf({ type: 'number', step: 2 })).toBe(2);
});

test('JSON that is deeper than any value is none', () => {
  const json: Kind = { type: 'json', schema: {} };
  const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  expect(valueOf(nested(20), json)).toEqual({ value: JSON.parse(nested(20)) as unknown });
  for (const levels of [33, 8000]) expect(valueOf(nested(levels), json)).toBeUndefined();
});
