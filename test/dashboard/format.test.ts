import { expect, test } from 'vitest';
import { formatted } from '../../src/dashboard/widgets/format.ts';

test.each([
  [{ x: -20, y: -1.25, z: 0 }, 'x\u00A0−20, y\u00A0−1.25, z\u00A00'],
  [{ on: true, at: { x: 1 } }, 'on\u00A0yes, at\u00A0{"x":1}'],
  [[1, 'two', false], '1, two, no'],
  [{}, '{}'],
  [[], '[]'],
])('what has parts is read without brackets, and no line ends within a part: %j', (value, text) => {
  expect(formatted(value)).toBe(text);
});

test.each([
  // A frequency, a count, a serial number: rounded they are another one.
  [14_074_123, '14074123'],
  [14_074_123.456, '14074123'],
  [1_234_567_890, '1234567890'],
  [-9_007_199_254_740_991, '−9007199254740991'],
  [1.234_567_8, '1.2345678'],
  // What a sensor told as a float of 32 bits, and what a sum has come to.
  [5.001_999_855_041_504, '5.002'],
  [0.1 + 0.2, '0.3'],
  [-0.000_012_5, '−1.25e−5'],
  [3 * 1e-12, '3e−12'],
  [1e21, '1e+21'],
  [-0, '0'],
])('%d is written %s', (value, text) => {
  expect(formatted(value)).toBe(text);
});

test('a value with more parts than fit is cut', () => {
  expect(formatted(Array.from({ length: 100 }, (_, at) => at))).toHaveLength(60);
});

test('whether something is so is said in the words that forms and simulators have for it', () => {
  expect([true, false].map(formatted)).toEqual(['yes', 'no']);
});
