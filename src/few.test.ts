import { expect, test } from 'vitest';
import { Few } from './few.ts';

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
