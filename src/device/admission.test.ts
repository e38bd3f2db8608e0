import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Admission } from './admission.ts';

const forever = new AbortController().signal;

function crowd(count: number) {
  const clock = new VirtualClock();
  const admission = new Admission(clock);
  const inside: number[] = [];
  const leaves = new Map<number, () => void>();
  const enter = (id: number, goesFirst = false, signal = forever): Promise<void> =>
    admission.enter(signal, goesFirst).then(
      (leave) => {
        inside.push(id);
        leaves.set(id, leave);
      },
      () => {},
    );
  for (let id = 0; id < count; id++) void enter(id);
  return { clock, inside, leaves, enter };
}

test('of a thousand that come at once a few begin in each turn of the event loop, in their order', async () => {
  const { clock, inside } = crowd(1000);
  let most = 0;
  for (let turn = 0, before = 0; turn < 10; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, inside.length - before);
    before = inside.length;
  }
  expect(most).toBeLessThanOrEqual(32);
  expect(inside).toEqual(Array.from({ length: 64 }, (_, id) => id));
  await clock.advance(2000);
  expect(inside).toEqual(Array.from({ length: 1000 }, (_, id) => id));
});

test('who leaves makes room at once, and who is silent soon', async () => {
  const { clock, inside, leaves } = crowd(200);
  await clock.advance(50);
  expect(inside).toHaveLength(64);
  leaves.get(3)?.();
  leaves.get(3)?.();
  await clock.advance(0);
  expect(inside).toHaveLength(65);
  await clock.advance(50);
  await clock.advance(50);
  expect(inside.length).toBeGreaterThanOrEqual(128);
});

test('what is to be stopped goes first, and who has given up is passed over', async () => {
  const { clock, inside, enter } = crowd(100);
  const gone = new AbortController();
  void enter(200, true, gone.signal);
  void enter(201, true);
  gone.abort(new Error('lost'));
  await clock.advance(200);
  expect(inside).not.toContain(200);
  expect(inside.indexOf(201)).toBe(16);
  expect(inside).toHaveLength(101);
  expect(clock.pendingTimers).toBeLessThanOrEqual(64);
});
