import { expect, test } from 'vitest';
import { isLinear, linearRegExp } from './linear-regexp.ts';
import { validate } from './schema.ts';

test.each(['^(a+)+$', '^(a|a)*$', '^(a|ab|b)*c$', '(x+x+)+y'])('%s takes linear time', (pattern) => {
  const before = process.cpuUsage();
  expect(validate({ type: 'string', pattern }, `${'a'.repeat(50)}!`)).toHaveLength(1);
  // Backtracking would take years.
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
});

test.each([
  ['^[A-Z]{2}\\d+$', 'AB12', true],
  ['^[A-Z]{2}\\d+$', 'ab12', false],
  ['^[^+#\\u0000]+$', 'a/b', true],
  ['b', 'abc', true],
  ['^\\p{L}+$', 'Größe', true],
  ['^.$', '😀', true],
])('%s on %j is %s, as in JavaScript', (pattern, text, expected) => {
  expect(linearRegExp(pattern, 'u').test(text)).toBe(expected);
  expect(new RegExp(pattern, 'u').test(text)).toBe(expected);
});

test('what only JavaScript knows is left to it', () => {
  expect(isLinear('^(?!write:)')).toBe(false);
  expect(linearRegExp('^(?!write:)', 'u').test('write:x')).toBe(false);
});

test('what only the linear engine knows is matched by it', () => {
  const pattern = ['^a', '-b$'].join('\\');
  expect(() => new RegExp(pattern, 'u')).toThrow();
  expect(linearRegExp(pattern, 'u').test('a-b')).toBe(true);
});

test('a pattern that nobody knows is refused at once, not when it is first matched', () => {
  expect(() => linearRegExp('(', 'u')).toThrow(/Invalid regular expression/);
});
