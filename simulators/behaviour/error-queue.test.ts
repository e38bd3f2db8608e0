import { expect, test } from 'vitest';
import { ErrorQueue } from './error-queue.ts';

const queue = () => new ErrorQueue<string>({ capacity: 3, overflow: 'overflow', none: 'none' });
const drained = (errors: ErrorQueue<string>): string[] => Array.from({ length: 4 }, () => errors.next());

test('first in, first out, and then none', () => {
  const errors = queue();
  errors.push('a');
  errors.push('b');
  expect(errors.entries).toEqual(['a', 'b']);
  expect(drained(errors)).toEqual(['a', 'b', 'none', 'none']);
});

test('what overflows replaces the newest, and all further are lost', () => {
  const errors = queue();
  for (const error of ['a', 'b', 'c', 'd', 'e']) errors.push(error);
  expect(errors.length).toBe(3);
  expect(drained(errors)).toEqual(['a', 'b', 'overflow', 'none']);
});

test('room that was made is taken again', () => {
  const errors = queue();
  for (const error of ['a', 'b', 'c', 'd']) errors.push(error);
  errors.next();
  errors.push('f');
  expect(drained(errors)).toEqual(['b', 'overflow', 'f', 'none']);
  errors.push('g');
  errors.clear();
  expect(errors.next()).toBe('none');
});
