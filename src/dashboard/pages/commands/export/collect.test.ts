import { expect, test } from 'vitest';
import type { CommandView } from '../../../../client/index.ts';
import { collect, maxExported } from './collect.ts';

const some = (count: number): CommandView[] =>
  Array.from({ length: count }, (_, n) => ({ id: String(n) }) as CommandView);

test('every page is asked for, one after the other, short and empty ones too', async () => {
  const pages = [
    { items: some(2), next: 'a' },
    { items: [], next: 'b' },
    { items: some(1), next: undefined },
  ];
  const asked: (string | undefined)[] = [];
  const told: number[] = [];
  const collected = await collect((cursor) => {
    const page = pages[asked.length];
    asked.push(cursor);
    return page === undefined ? Promise.reject(new Error('too many')) : Promise.resolve(page);
  }, told.push.bind(told));
  expect(collected).toMatchObject({ isComplete: true, items: { length: 3 } });
  expect([asked, told]).toEqual([
    [undefined, 'a', 'b'],
    [2, 2, 3],
  ]);
});

test('a file is bounded, and says that it is not complete', async () => {
  let pages = 0;
  const endless = (_cursor: string | undefined, limit: number) => {
    pages++;
    return Promise.resolve({ items: some(limit), next: 'more' });
  };
  const collected = await collect(endless, () => {});
  expect(collected).toMatchObject({ isComplete: false, items: { length: maxExported } });
  expect(pages).toBe(maxExported / 500);
});

test('a filter that fits nothing is not searched for without end', async () => {
  expect(
    await collect(
      () => Promise.resolve({ items: [], next: 'more' }),
      () => {},
    ),
  ).toEqual({
    items: [],
    isComplete: false,
  });
});
