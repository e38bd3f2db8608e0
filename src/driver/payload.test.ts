import { expect, test } from 'vitest';
import { fieldOf, payloadFields, payloadJson, payloadText } from './payload.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('text is UTF-8 and bounded', () => {
  expect(payloadText(bytes('21,5 °C'))).toBe('21,5 °C');
  expect(payloadText(Uint8Array.of(0xff, 0xfe))).toBeUndefined();
  expect(payloadText(new Uint8Array(65_537))).toBeUndefined();
  expect(payloadText(bytes('abc'), 2)).toBeUndefined();
});

test('JSON is boxed, since null is a value', () => {
  expect(payloadJson(bytes('null'))).toEqual({ value: null });
  expect(payloadJson(bytes('{"a":'))).toBeUndefined();
  expect(payloadJson(bytes(''))).toBeUndefined();
});

test('nesting is bounded, and brackets in texts do not count', () => {
  expect(payloadJson(bytes('['.repeat(33) + ']'.repeat(33)))).toBeUndefined();
  expect(payloadJson(bytes('['.repeat(32) + ']'.repeat(32)))).toBeDefined();
  expect(payloadJson(bytes(JSON.stringify('["\\'.repeat(100))))).toBeDefined();
});

test('only an object has fields, and only its own', () => {
  expect(payloadFields(bytes('[1]'))).toBeUndefined();
  expect(payloadFields(bytes('{"a":1}'))).toEqual({ a: 1 });
  expect(fieldOf({ a: 1 }, 'constructor')).toBeUndefined();
});
