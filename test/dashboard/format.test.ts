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

test('a value with more parts than fit is cut', () => {
  expect(formatted(Array.from({ length: 100 }, (_, at) => at))).toHaveLength(60);
});

test('whether something is so is said in the words that forms and simulators have for it', () => {
  expect([true, false].map(formatted)).toEqual(['yes', 'no']);
});
