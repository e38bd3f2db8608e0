import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { memoryBytes } from '../transport/memory.ts';
import { drainUntilQuiet } from './drain.ts';

const limits = { quietMs: 50, maxMs: 300 };
const never = new AbortController().signal;

function start(signal = never) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  let done = false;
  const drained = drainUntilQuiet(near, clock, limits, signal).finally(() => (done = true));
  drained.catch(() => {});
  return { clock, far, drained, isDone: () => done };
}

test('it ends after silence, counted from the last input', async () => {
  const { clock, far, isDone } = start();
  await clock.advance(40);
  await far.write(Uint8Array.of(1));
  await clock.advance(40);
  expect(isDone()).toBe(false);
  await clock.advance(10);
  expect(isDone()).toBe(true);
  expect(clock.pendingTimers).toBe(0);
});

test('a line that does not fall silent is told', async () => {
  const { clock, far, drained } = start();
  for (let count = 0; count < 20; count++) {
    await far.write(Uint8Array.of(1));
    await clock.advance(20);
  }
  await expect(drained).rejects.toMatchObject({ code: 'device-protocol' });
});

test('an abort ends it', async () => {
  const controller = new AbortController();
  const { clock, drained } = start(controller.signal);
  controller.abort(new Error('enough'));
  await expect(drained).rejects.toThrow('enough');
  expect(clock.pendingTimers).toBe(0);
});

test('input that waits when the timer fires is no silence', async () => {
  const { clock, far, isDone } = start();
  const turn = clock.ioTurn.bind(clock);
  let waiting = true;
  clock.ioTurn = async () => {
    if (waiting) await far.write(Uint8Array.of(1));
    waiting = false;
    await turn();
  };
  await clock.advance(50);
  expect(isDone()).toBe(false);
  await clock.advance(50);
  expect(isDone()).toBe(true);
});
