import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitsIn, withBits } from './bits.ts';

test.each([
  [0x51, { low: 6, high: 6 }, 1],
  [0x51, { low: 5, high: 5 }, 0],
  [0x51, { low: 4, high: 6 }, 5],
  [0b110, { low: 1, high: 2, values: { 3: 'both' } }, 'both'],
  [0b010, { low: 1, high: 2, values: { 3: 'both' } }, 1],
  [0x40, { low: 6, high: 6, values: { 0: false, 1: true } }, true],
  [0x00, { low: 6, high: 6, values: { 0: false, 1: true } }, false],
  [2 ** 52, { low: 52, high: 52 }, 1],
  [-1, { low: 7, high: 7 }, 1],
  [-128, { low: 0, high: 6 }, 0],
])('of %d, %o are %s', (word, bits, value) => {
  expect(bitsIn(word, bits)).toBe(value);
});

const range = fc
  .tuple(fc.integer({ min: 0, max: 52 }), fc.integer({ min: 0, max: 52 }))
  .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));

test('what bits are set to is read from them, and no other bit changes', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), range, fc.maxSafeNat(), (word, bits, any) => {
      const value = any % 2 ** (bits.high - bits.low + 1);
      const next = withBits(word, bits, value) ?? Number.NaN;
      expect(bitsIn(next, bits)).toBe(value);
      for (let bit = 0; bit <= 52; bit++) {
        const one = { low: bit, high: bit };
        if (bit < bits.low || bit > bits.high) expect(bitsIn(next, one)).toBe(bitsIn(word, one));
      }
    }),
  );
});

test.each([[4], [-1], [1.5], [true], ['1'], [undefined]])('two bits cannot tell %j', (value) => {
  expect(withBits(0, { low: 3, high: 4 }, value)).toBeUndefined();
});

test('a value is told by its number, and no other value is', () => {
  const bits = { low: 3, high: 4, values: { 0: 'off', 2: 'on' } };
  expect(withBits(0b11111, bits, 'on')).toBe(0b10111);
  expect(withBits(0b11111, bits, 'off')).toBe(0b00111);
  expect(withBits(0, bits, 2)).toBeUndefined();
});
