import { expect, test } from 'vitest';
import { Waiting } from './waiting.ts';

const [first, second] = [new Error('cancelled'), new Error('expired')];

test('whoever waits already hears of it, with the first reason', () => {
  const waiting = new Waiting();
  const { signal } = waiting;
  expect(waiting.aborted).toBe(false);
  expect(signal.aborted).toBe(false);
  waiting.abort(first);
  waiting.abort(second);
  expect(waiting.aborted).toBe(true);
  expect(signal.reason).toBe(first);
  expect(waiting.signal).toBe(signal);
});

test('whoever comes to wait afterwards hears of it at once, with the first reason', () => {
  const waiting = new Waiting();
  waiting.abort(first);
  waiting.abort(second);
  expect(waiting.signal.aborted).toBe(true);
  expect(waiting.signal.reason).toBe(first);
});
