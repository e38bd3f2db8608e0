import { expect, test } from 'vitest';
import { kindOf } from '../kind.ts';
import { payloadOf, read, typeOf } from './value.ts';

// Homie 5, "Formats" and "Payloads".
test.each([
  [
    { type: 'number', minimum: 0, maximum: 250, multipleOf: 0.5 },
    { datatype: 'float', format: '0:250:0.5' },
  ],
  [
    { type: 'number', minimum: 1, maximum: 2, multipleOf: 0.4 },
    { datatype: 'float', format: '1:2' },
  ],
  [
    { type: 'integer', minimum: 1, maximum: 1e21 },
    { datatype: 'integer', format: '1:' },
  ],
  [
    { type: 'integer', exclusiveMinimum: 0 },
    { datatype: 'integer', format: '1:' },
  ],
  [{ type: 'integer' }, { datatype: 'integer' }],
  [{ enum: ['a', 'b c'] }, { datatype: 'enum', format: 'a,b c' }],
  [{ enum: ['a', 'b,c'] }, { datatype: 'string' }],
  [{ enum: ['a', ''] }, { datatype: 'string' }],
  [{ enum: [1, 2] }, { datatype: 'enum', format: '1,2' }],
  [{ type: 'array' }, { datatype: 'json', format: '{"type":"array"}' }],
  [{ type: ['number', 'string'] }, { datatype: 'string' }],
])('%j is %j', (schema, type) => expect(typeOf(kindOf(schema))).toEqual(type));

test.each([
  [{ type: 'number' }, 1e21, '1e21'],
  [{ type: 'integer' }, 2 ** 60, '1152921504606846976'],
  [{ type: 'integer' }, 2 ** 63, undefined],
  [{ type: 'string' }, '', '\0'],
  [{ type: 'string' }, null, undefined],
  [{ type: 'boolean' }, false, 'false'],
])('%j: %j is told as %j', (schema, value, payload) => expect(payloadOf(value, kindOf(schema))).toBe(payload));

test('one zero byte is an empty text', () => {
  expect(read('\0')).toBe('');
  expect(read('')).toBe('');
});
