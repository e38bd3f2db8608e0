import { expect, test } from 'vitest';
import { Passing, PassingMap } from './passing.ts';

test('what is there is told in the order in which it came', () => {
  const passing = new Passing<{ n: number }>();
  const [first, second, third] = [1, 2, 3].map((n) => passing.add({ n }));
  expect(passing.all()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(second && passing.delete(second)).toBe(true);
  expect(passing.all()).toEqual([{ n: 1 }, { n: 3 }]);
  expect(passing.size).toBe(2);
  for (const place of [third, first]) if (place !== undefined) passing.delete(place);
  expect(passing.all()).toEqual([]);
  expect(passing.size).toBe(0);
  passing.add({ n: 4 });
  expect(passing.all()).toEqual([{ n: 4 }]);
});

test('who has left has left once, and holds nothing', () => {
  const passing = new Passing<object>();
  const neighbour = passing.add({});
  const place = passing.add({});
  passing.add({});
  passing.delete(place);
  expect(passing.delete(place)).toBe(false);
  expect(passing.size).toBe(2);
  expect([place.item, place.before, place.after]).toEqual([undefined, undefined, undefined]);
  expect(passing.delete(neighbour)).toBe(true);
});

test('the same thing may be there twice', () => {
  const passing = new Passing<object>();
  const thing = {};
  const place = passing.add(thing);
  passing.add(thing);
  passing.delete(place);
  expect(passing.all()).toEqual([thing]);
});

test('a map keeps what is there, however many have come and gone', () => {
  const map = new PassingMap<number, string>();
  map.set(-1000, 'stays');
  for (let n = 0; n < 1000; n++) {
    map.set(n, `value ${n}`);
    map.delete(n - 10);
    expect(map.get(n - 10)).toBeUndefined();
    expect(map.get(Math.max(0, n - 9))).toBe(`value ${Math.max(0, n - 9)}`);
  }
  map.delete(5000);
  expect(map.get(-1000)).toBe('stays');
});
