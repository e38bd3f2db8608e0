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
