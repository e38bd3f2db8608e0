import { expect, test } from 'vitest';
import { Hatch } from './hatch.ts';

test('what is put is taken on the other side, whatever its characters and however many texts', () => {
  const near = new Hatch();
  const far = new Hatch(near.memory);
  const some = ['{"a":1}', '', 'ü€😀\u0000', 'x'.repeat(50_000), '€'.repeat(80_000), ''];
  for (const texts of [some, [], ['one'], Array.from({ length: 4096 }, (_, n) => `${n}ü`)]) {
    expect(Hatch.fits(texts)).toBe(true);
    near.put(texts);
    expect(far.take()).toEqual(texts);
  }
});

test('texts that might not fit do not, and word is put that they come elsewhere', () => {
  expect(Hatch.fits(['x'.repeat(200_000), 'x'.repeat(200_000)])).toBe(false);
  expect(Hatch.fits(Array.from({ length: 4097 }, () => ''))).toBe(false);
  const near = new Hatch();
  const far = new Hatch(near.memory);
  near.put(undefined);
  expect(far.take()).toBeUndefined();
  near.put(['after it']);
  expect(far.take()).toEqual(['after it']);
});
