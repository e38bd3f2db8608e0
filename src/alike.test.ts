import { expect, test } from 'vitest';
import { Alike } from './alike.ts';

test('members that are equal are one, and the rest stays as it is', () => {
  const alike = new Alike();
  const device = (id: string, volts: number) => ({
    id,
    methods: { set: { maximum: volts } },
    labels: {},
    nothing: null,
  });
  const [one, two, other] = [device('a', 5), device('b', 5), device('c', 6)].map((each) => alike.members(each));
  expect([one, two, other]).toEqual([device('a', 5), device('b', 5), device('c', 6)]);
  expect(two?.methods).toBe(one?.methods);
  expect(other?.methods).not.toBe(one?.methods);
  expect(other?.labels).toBe(one?.labels);
});

test('more than it remembers are the same still, if not one', () => {
  const alike = new Alike();
  const first = alike.one({ nth: 0 });
  expect(alike.one({ nth: 0 })).toBe(first);
  for (let nth = 1; nth <= 1000; nth++) expect(alike.one({ nth })).toEqual({ nth });
  expect(alike.one({ nth: 0 })).toEqual(first);
  expect(alike.one(undefined)).toBeUndefined();
});
