import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import type { Exclusive } from './exclusive.ts';
import { Lane } from './lane.ts';

const owner = { laneReady: true, preempt: () => {} };
const never = new AbortController().signal;

/** Hands in jobs under names, and keeps the order in which they began; each ends when its test says so. */
function watched(exclusive: Exclusive) {
  const begun: string[] = [];
  const signals = new Map<string, AbortSignal>();
  const ends = new Map<string, () => void>();
  const hand = (name: string, kind: 'stop' | 'recovery'): Promise<string> =>
    exclusive.run((signal) => {
      begun.push(name);
      signals.set(name, signal);
      const { promise, resolve } = Promise.withResolvers<string>();
      ends.set(name, () => resolve(name));
      return promise;
    }, kind);
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await settle();
  };
  return { begun, hand, end, isAborted: (name: string) => signals.get(name)?.aborted };
}

function setUp() {
  const lane = new Lane(new VirtualClock(), 10);
  return { lane, ...watched(lane.exclusive) };
}

test('one at a time, in the order in which they came', async () => {
  const { begun, hand, end } = setUp();
  const jobs = ['one', 'two', 'three'].map((name) => hand(name, 'stop'));
  await settle();
  expect(begun).toEqual(['one']);
  await end('one');
  expect(begun).toEqual(['one', 'two']);
  await end('two');
  await end('three');
  expect(await Promise.all(jobs)).toEqual(['one', 'two', 'three']);
});

test('stops go before recoveries that wait, and among each other in order', async () => {
  const { begun, hand, end } = setUp();
  void hand('running', 'stop');
  for (const name of ['recovery 1', 'recovery 2']) void hand(name, 'recovery');
  for (const name of ['stop 1', 'stop 2']) void hand(name, 'stop');
  const order = ['running', 'stop 1', 'stop 2', 'recovery 1', 'recovery 2'];
  for (const name of order) await end(name);
  expect(begun).toEqual(order);
});

test('a stop aborts the recovery that has the line, and begins once that has let go', async () => {
  const { begun, hand, end, isAborted } = setUp();
  void hand('recovery', 'recovery');
  expect(isAborted('recovery')).toBe(false);
  void hand('stop', 'stop');
  expect(isAborted('recovery')).toBe(true);
  await settle();
  expect(begun).toEqual(['recovery']);
  await end('recovery');
  expect(begun).toEqual(['recovery', 'stop']);
});

test('neither a stop nor a recovery aborts a stop, and a recovery aborts no other', async () => {
  const { hand, end, isAborted } = setUp();
  void hand('stop', 'stop');
  void hand('second stop', 'stop');
  void hand('recovery', 'recovery');
  expect(isAborted('stop')).toBe(false);
  await end('stop');
  await end('second stop');
  void hand('second recovery', 'recovery');
  expect(isAborted('recovery')).toBe(false);
});

test('the lane is held from the first job’s arrival to the last one’s end', async () => {
  const { lane, hand, end } = setUp();
  void hand('stop', 'stop');
  void hand('recovery', 'recovery');
  let granted = false;
  const turn = lane.acquire(owner, 'command', never).then(() => (granted = true));
  await end('stop');
  expect(granted).toBe(false);
  await end('recovery');
  await turn;
  expect(lane.inFlight).toBe(1);
});

test('a job that fails tells whoever handed it in, and keeps nobody from the line', async () => {
  const { lane, begun, hand } = setUp();
  const failed = lane.exclusive.run(() => Promise.reject(new Error('broken')), 'stop');
  void hand('next', 'stop');
  await expect(failed).rejects.toThrow('broken');
  await settle();
  expect(begun).toEqual(['next']);
});
