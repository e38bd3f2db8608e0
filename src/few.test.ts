import { expect, test } from 'vitest';
import { allOf, Few, withOne, withoutOne } from './few.ts';

test('it is a set, however many there are', () => {
  const [a, b, c] = [{}, {}, {}];
  const few = new Few<object>();
  expect([few.size, few.has(a), few.delete(a)]).toEqual([0, false, false]);
  few.add(a);
  few.add(a);
  expect([few.size, few.has(a), few.has(b), few.delete(b)]).toEqual([1, true, false, false]);
  few.add(b);
  few.add(c);
  few.add(c);
  expect(few.all()).toEqual([a, b, c]);
  expect([few.delete(a), few.delete(a), few.size]).toEqual([true, false, 2]);
  expect([few.delete(b), few.delete(c), few.size]).toEqual([true, true, 0]);
  few.add(a);
  expect(few.all()).toEqual([a]);
});

test('one by itself needs none, and more become a set that is not told from it', () => {
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  expect([allOf(undefined), allOf(a), withOne(undefined, a), withOne(a, a)]).toEqual([[], [a], a, a]);
  const both = withOne(withOne(undefined, a), b);
  expect([allOf(both), allOf(withOne(both, b))]).toEqual([
    [a, b],
    [a, b],
  ]);
  expect([withoutOne(a, b), withoutOne(a, a), withoutOne(undefined, a)]).toEqual([a, undefined, undefined]);
  const left = withoutOne(both, a);
  expect([allOf(left), withoutOne(left, b)]).toEqual([[b], undefined]);
});
