import { expect, test } from 'vitest';
import { filtersIn, searchOf } from './filters.ts';

test('filters stand in the address and are read from it', () => {
  const filters = { device: 'psu-1', outcome: 'unknown', from: '2026-01-01T00:00:00.000Z' };
  expect(filtersIn(searchOf(filters))).toEqual(filters);
  expect(searchOf({}).toString()).toBe('');
});

test('what cannot be asked for is left out', () => {
  const search = new URLSearchParams('outcome=great&state=open&simulated=yes&from=yesterday&device=&other=1&by=me');
  expect(filtersIn(search)).toEqual({ by: 'me' });
});
