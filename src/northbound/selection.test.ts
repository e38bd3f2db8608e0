import { expect, test } from 'vitest';
import { globMatches, isSelected } from './selection.ts';

test.each([
  ['*', '', true],
  ['*', 'psu-1', true],
  ['psu-*', 'psu-1', true],
  ['psu-*', 'psu', false],
  ['*-1', 'psu-1', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['psu-1', 'psu-11', false],
])('%s on %s: %s', (pattern, text, is) => expect(globMatches(pattern, text)).toBe(is));

test('a pattern of many stars ends soon', () => {
  expect(globMatches(`${'*a'.repeat(30)}b`, 'a'.repeat(60))).toBe(false);
});

test('ids and labels both have their say', () => {
  const device = { id: 'psu-1', labels: { kind: 'supply' } };
  expect(isSelected({}, device)).toBe(true);
  expect(isSelected({ devices: ['psu-*'], labels: ['kind=oven', 'kind'] }, device)).toBe(true);
  expect(isSelected({ devices: ['psu-*'], labels: ['kind=oven'] }, device)).toBe(false);
});
