import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { settledWithin } from './within.ts';

const never = new Promise<never>(() => {});

async function isOver(waiting: Promise<void>): Promise<boolean> {
  let over = false;
  void waiting.then(() => (over = true));
  await new Promise<void>((resolve) => setImmediate(resolve));
  return over;
}

test('it ends with any of the promises, with the signal, or in time, and leaves no timer', async () => {
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  const aborted = AbortSignal.abort();
  expect(await isOver(settledWithin(100, { clock, signal }, never, Promise.resolve()))).toBe(true);
  expect(await isOver(settledWithin(100, { clock, signal }, Promise.reject(new Error('no'))))).toBe(true);
  expect(await isOver(settledWithin(100, { clock, signal: aborted }, never))).toBe(true);
  expect(clock.pendingTimers).toBe(0);
  const waiting = settledWithin(100, { clock, signal }, never);
  expect(await isOver(waiting)).toBe(false);
  await clock.advance(100);
  expect(await isOver(waiting)).toBe(true);
});
