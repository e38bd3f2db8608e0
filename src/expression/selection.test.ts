import { expect, test } from 'vitest';
import { selectorOf } from './selection.ts';

test('ids and labels both have their say', () => {
  const device = { id: 'psu-1', labels: { kind: 'supply' } };
  expect(selectorOf({})(device)).toBe(true);
  expect(selectorOf({ devices: ['oven-1', 'psu-*'], labels: ['kind=oven', 'kind'] })(device)).toBe(true);
  expect(selectorOf({ devices: ['psu-*'], labels: ['kind=oven'] })(device)).toBe(false);
  expect(selectorOf({ devices: ['oven-*'] })(device)).toBe(false);
});
