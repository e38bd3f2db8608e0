import { expect, test } from 'vitest';
import { median, quantile, summaryOf } from './statistics.ts';

test('quantiles are by nearest rank, whatever the order', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0, 0.01, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 1, 50, 99, 100]);
  expect(quantile([], 0.5)).toBeNaN();
});

test('the median of an even number lies between', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
});

test('a summary counts what was answered well', () => {
  expect(summaryOf([1, 2, 3, 4], 2, 500)).toEqual({ count: 4, failed: 2, perSecond: 8, p50: 2, p99: 4, max: 4 });
});
