import { expect, test } from 'vitest';
import { columnsOf, fromSamples, heldUntil } from '../../src/dashboard/pages/device/history/series.ts';

const at = (second: number): string => new Date(second * 1000).toISOString();

test('more words than fit share a place, and none looks as if the one before had held', () => {
  const items = Array.from({ length: 30 }, (_, index) => ({ at: at(index), value: `word ${index}` }));
  const { samples, words = [] } = fromSamples(items, false);
  expect(words).toHaveLength(24);
  expect(samples).toHaveLength(30);
  expect(samples.map(({ mean }) => words[mean])).toEqual([
    ...items.slice(0, 23).map(({ value }) => value),
    ...items.slice(23).map(() => 'another one'),
  ]);
});

test.each([
  ['good', at(10), [5, 60]],
  // It went away ten seconds in, and nobody knows what it has been since.
  ['stale', at(10), [5, 10]],
  ['bad', null, [5]],
  [undefined, undefined, [5]],
] as const)('a value that is %s, heard at %s, is drawn at %j', (quality, heardAt, seconds) => {
  const series = fromSamples([{ at: at(5), value: 1 }], false);
  expect(columnsOf(series, heldUntil(60_000, quality, heardAt))[0]).toEqual(seconds);
});
