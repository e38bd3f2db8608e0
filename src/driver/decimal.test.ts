import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaled, unscaled } from './decimal.ts';

test.each([
  [3, 0.1, 0, 0.3],
  [4294967295, 0.001, 0, 4294967.295],
  [-1, 0.01, 100, 99.99],
  [9007199254740993n, 0.1, 0, 900719925474099.3],
  [18446744073709551615n, 1e-3, 0, 18446744073709552],
  [7, 1e21, 0, 7e21],
  [250, 0.1, -40, -15],
])('%s × %s + %s is %s', (raw, scale, offset, expected) => {
  expect(scaled(raw, scale, offset)).toBe(expected);
});

test.each([
  [0.3, 0.1, 0, 3n],
  [99.99, 0.01, 100, -1n],
  [1.25, 0.5, 0, 3n],
  [-1.25, 0.5, 0, -3n],
  [1.24, 0.5, 0, 2n],
  [1e21, 1, 0, 10n ** 21n],
  [5, -0.5, 0, -10n],
])('(%s in steps of %s from %s) is %s', (value, scale, offset, expected) => {
  expect(unscaled(value, scale, offset)).toBe(expected);
});

test('what was scaled is unscaled to the same count', () => {
  const scales = fc.constantFrom(1, 0.1, 0.01, 0.001, 0.5, 0.25, 10, 3.6, -0.1);
  fc.assert(
    fc.property(fc.integer(), scales, fc.constantFrom(0, -40, 273.15, 1000), (raw, scale, offset) => {
      expect(unscaled(scaled(raw, scale, offset), scale, offset)).toBe(BigInt(raw));
    }),
  );
});
