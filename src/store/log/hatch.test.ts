import { expect, test } from 'vitest';
import { Hatch } from './hatch.ts';

test('what is put is taken on the other side, whatever its characters', () => {
  const near = new Hatch();
  const far = new Hatch(near.memory);
  for (const text of ['{"a":1}', '', 'ü€😀\u0000', 'x'.repeat(50_000), '€'.repeat(80_000)]) {
    expect(Hatch.fits(text)).toBe(true);
    near.put(text);
    expect(far.take()).toBe(text);
  }
});

test('a text that might not fit does not, and word is put that it comes elsewhere', () => {
  expect(Hatch.fits('x'.repeat(100_000))).toBe(false);
  const near = new Hatch();
  const far = new Hatch(near.memory);
  near.put(undefined);
  expect(far.take()).toBeUndefined();
  near.put('after it');
  expect(far.take()).toBe('after it');
});
