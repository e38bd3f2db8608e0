import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from './clock.ts';

const ms = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });

test('a time is written as a Date writes it, whichever was written before', () => {
  const written = fc.property(fc.array(ms), ms, (others, last) => {
    for (const other of others) isoTime(other);
    for (const each of [last, last + 1, last - 1]) expect(isoTime(each)).toBe(new Date(each).toISOString());
  });
  fc.assert(written);
});
