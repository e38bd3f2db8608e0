import { expect, test } from 'vitest';
import { BellcrankProblem } from '../../src/client/index.ts';
import { messageOf } from '../../src/dashboard/pages/device/data/message.ts';
import { dateAndTime, exactTime, moment } from '../../src/dashboard/pages/device/data/times.ts';
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

test('where a value itself is looked at, more of it is shown', () => {
  expect(formatted('x'.repeat(400), 300)).toHaveLength(300);
});

test('what was on another day has its date', () => {
  const noon = new Date(2026, 0, 31, 12).getTime();
  expect(moment(noon, noon + 3_600_000)).toBe(exactTime(noon));
  expect(moment(noon, noon + 86_400_000)).toBe(dateAndTime(noon));
});

test('a value that nobody can ask for is not told of in the words of HTTP', () => {
  const detail = 'x of y cannot be asked for; without maxAgeMs that value is answered';
  expect(messageOf(new BellcrankProblem({ code: 'no-value', status: 503, detail }))).not.toContain('maxAgeMs');
});
