import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { approach, type Motion } from './approach.ts';

const at = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const motion = fc.record(
  { timeConstantMs: at(0, 1000), ratePerSecond: at(0.1, 100) },
  { requiredKeys: ['timeConstantMs'] },
);

test('without a lag and a limit it is there at once', () => {
  expect(approach(0, 5, 0, { timeConstantMs: 0 })).toBe(5);
});

test('a lag leaves 1/e after its time constant', () => {
  expect(approach(10, 0, 300, { timeConstantMs: 300 })).toBeCloseTo(10 / Math.E, 12);
});

test('a limit is kept to, in both directions', () => {
  expect(approach(0, 5, 200, { timeConstantMs: 0, ratePerSecond: 10 })).toBeCloseTo(2, 12);
  expect(approach(5, 0, 200, { timeConstantMs: 0, ratePerSecond: 10 })).toBeCloseTo(3, 12);
  expect(approach(0, 5, 501, { timeConstantMs: 0, ratePerSecond: 10 })).toBe(5);
});

test('with both it moves at the limit until the lag alone is slower', () => {
  const both: Motion = { timeConstantMs: 100, ratePerSecond: 10 };
  // The lag alone would be faster than 10/s while more than 1 is left.
  expect(approach(0, 5, 400, both)).toBeCloseTo(4, 12);
  expect(approach(0, 5, 500, both)).toBeCloseTo(5 - 1 / Math.E, 12);
});

test('two looks are worth one: the way does not depend on when somebody asks', () => {
  fc.assert(
    fc.property(at(-100, 100), at(-100, 100), at(0, 3000), at(0, 3000), motion, (from, to, a, b, how) => {
      const once = approach(from, to, a + b, how);
      const twice = approach(approach(from, to, a, how), to, b, how);
      expect(twice).toBeCloseTo(once, 6);
    }),
  );
});

test('it never overshoots, and never moves away', () => {
  fc.assert(
    fc.property(at(-100, 100), at(-100, 100), at(0, 5000), motion, (from, to, ms, how) => {
      const value = approach(from, to, ms, how);
      expect(Math.abs(to - value)).toBeLessThanOrEqual(Math.abs(to - from) + 1e-9);
      expect(value).toBeGreaterThanOrEqual(Math.min(from, to) - 1e-9);
      expect(value).toBeLessThanOrEqual(Math.max(from, to) + 1e-9);
    }),
  );
});
