import { expect, test } from 'vitest';
import { backoffMs, probePauseMs } from './backoff.ts';

const limits = { firstMs: 250, capMs: 15_000 };

test('it doubles up to the cap, with jitter over the upper half', () => {
  expect(backoffMs(0, limits, 0)).toBe(125);
  expect(backoffMs(0, limits, 0.999)).toBeLessThan(250);
  expect(backoffMs(3, limits, 0)).toBe(1000);
  expect(backoffMs(1000, limits, 0)).toBe(7500);
  expect(backoffMs(1000, limits, 0.999)).toBeLessThan(15_000);
});

test('probing costs at most a tenth of the time', () => {
  const pause = probePauseMs(500, 100);
  expect(500 / (500 + pause)).toBeLessThanOrEqual(0.1);
  expect(probePauseMs(1, 100)).toBe(100);
});
