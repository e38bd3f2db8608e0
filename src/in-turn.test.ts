import { expect, test } from 'vitest';
import { inTurn } from './in-turn.ts';

test('a few are told at once, and thousands some in each turn of the event loop', async () => {
  const told: number[] = [];
  await inTurn([1, 2, 3], (one) => told.push(one));
  expect(told).toEqual([1, 2, 3]);
  told.length = 0;
  const all = Array.from({ length: 1000 }, (_, index) => index);
  const over = inTurn(all, (one) => told.push(one));
  expect(told).toHaveLength(50);
  await new Promise((resolve) => setImmediate(resolve));
  expect(told.length).toBeLessThanOrEqual(150);
  await over;
  expect(told).toEqual(all);
});
