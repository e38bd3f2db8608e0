import { expect, test } from 'vitest';
import { headerLines } from './lines.ts';

test('lines are found by name, whatever its case, and values are never taken for names', () => {
  const raw = ['Host', 'x', 'Lease-Token', 'a', 'x', 'lease-token', 'LEASE-TOKEN', 'b', 'lease-token', ''];
  expect(headerLines(raw, 'lease-token')).toEqual(['a', 'b', '']);
  expect(headerLines(raw, 'prefer')).toEqual([]);
  expect(headerLines([], 'prefer')).toEqual([]);
});
