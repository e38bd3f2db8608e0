import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { IdleWatch } from './idle-watch.ts';

test('a process is idle after seconds with little to do, and until it has had much to do again', async () => {
  const clock = new VirtualClock();
  const told: boolean[] = [];
  let share = 1;
  const watch = new IdleWatch({ clock, busyShare: () => share, tell: (isIdle) => void told.push(isIdle) });
  await clock.advance(60_000);
  expect(told).toEqual([]);
  share = 0.01;
  await clock.advance(4000);
  expect(told).toEqual([]);
  await clock.advance(60_000);
  expect(told).toEqual([true]);
  share = 0.5;
  await clock.advance(10_000);
  expect(told).toEqual([true, false]);
  share = 0;
  await clock.advance(10_000);
  watch.end();
  expect(told).toEqual([true, false, true, false]);
  await clock.advance(60_000);
  expect(told).toHaveLength(4);
  expect(clock.pendingTimers).toBe(0);
});
