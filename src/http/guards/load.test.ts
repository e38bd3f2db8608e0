import { expect, test } from 'vitest';
import type { Turns } from '../../observe/event-loop.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { Load } from './load.ts';

/** Whose turns of the event loop are as a test says. */
function loaded({ eventLoopDelayMs = 100, heapPercent = 0 } = {}) {
  const clock = new VirtualClock();
  let turns: Turns = { count: 1000, lateMs: 900_000 };
  const eventLoop = {
    get turns(): Turns {
      return turns;
    },
  };
  const load = new Load({ eventLoopDelayMs, heapPercent }, clock, eventLoop);
  const turn = (count: number, lateMs: number): void => {
    turns = { count: turns.count + count, lateMs: turns.lateMs + count * lateMs };
  };
  return { load, clock, turn };
}

test('turns are late on average since it was asked last, which is at most once a second', async () => {
  const { load, clock, turn } = loaded();
  await clock.advance(1000);
  turn(10, 99);
  expect(load.trouble).toBeUndefined();
  turn(10, 500);
  await clock.advance(999);
  expect(load.trouble).toBeUndefined();
  await clock.advance(1);
  expect(load.trouble).toBe('late');
  turn(10, 1);
  await clock.advance(999);
  expect(load.trouble).toBe('late');
  await clock.advance(1);
  expect(load.trouble).toBeUndefined();
});

test('a mean over a time in which nobody asked says nothing, unless the turns themselves took it', async () => {
  const { load, clock, turn } = loaded();
  turn(10, 500);
  await clock.advance(3501);
  expect(load.trouble).toBeUndefined();
  turn(2, 5000);
  await clock.advance(8000);
  expect(load.trouble).toBe('late');
});

test('where nothing turned, or nothing is asked of it, nothing is late', async () => {
  const { load, clock } = loaded();
  await clock.advance(1000);
  expect(load.trouble).toBeUndefined();
  const other = loaded({ eventLoopDelayMs: 0 });
  other.turn(10, 5000);
  await other.clock.advance(1000);
  expect(other.load.trouble).toBeUndefined();
});

test('a heap beyond its share is full', async () => {
  const { load, clock } = loaded({ eventLoopDelayMs: 0, heapPercent: 0.001 });
  expect(load.trouble).toBeUndefined();
  await clock.advance(1000);
  expect(load.trouble).toBe('full');
});
