import { expect, test } from 'vitest';
import { globMatcher } from './glob.ts';

test.each([
  ['*', '', true],
  ['kitchen*', 'kitchen lamp', true],
  ['kitchen*', 'my kitchen', false],
  ['*lamp', 'kitchen lamp', true],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'axxcyyb', false],
  ['l?mp', 'lämp', true],
  ['l?mp', 'lmp', false],
  ['?', '😀', true],
  ['a.b', 'axb', false],
  ['[a-z]+$', '[a-z]+$', true],
  ['Lamp', 'lamp', false],
  ['a*', 'a\nb', true],
  ['\\d', '\\d', true],
])('%s and %s: %s', (glob, text, matches) => {
  expect(globMatcher(glob)(text)).toBe(matches);
});

test('it takes no more than linear time', () => {
  const matches = globMatcher('*a'.repeat(90));
  const short = time(() => matches('a'.repeat(80) + 'b'.repeat(1000)));
  expect(time(() => matches('a'.repeat(80) + 'b'.repeat(10_000)))).toBeLessThan(100 * short + 50);
});

function time(task: () => void): number {
  const startedAt = performance.now();
  task();
  return performance.now() - startedAt;
}
