import { expect, test } from 'vitest';
import { VirtualClock } from '../src/testing/virtual-clock.ts';
import { SimulatorClock } from './simulator-clock.ts';

test('goes as fast as it is told, from the next instant on', async () => {
  const under = new VirtualClock();
  const clock = new SimulatorClock(under);
  const fired: number[] = [];
  clock.timer(1000, () => fired.push(under.monotonic()));
  await under.advance(400);
  clock.set({ speed: 6 });
  await under.advance(99);
  expect(fired).toEqual([]);
  await under.advance(1);
  expect(fired).toEqual([500]);
  expect(clock.monotonic()).toBe(1000);
  expect(clock.now()).toBe(Date.UTC(2026, 0, 1) + 1000);
  await under.advance(0.125);
  expect([clock.monotonic(), clock.now()]).toEqual([1000.75, Date.UTC(2026, 0, 1) + 1000]);
});

test('stands still while it is paused, and nothing is lost', async () => {
  const under = new VirtualClock();
  const clock = new SimulatorClock(under);
  let fired = 0;
  clock.timer(100, () => fired++);
  clock.set({ paused: true });
  clock.timer(50, () => fired++);
  await under.advance(10_000);
  expect({ fired, at: clock.monotonic(), waiting: under.pendingTimers }).toEqual({ fired: 0, at: 0, waiting: 0 });
  clock.set({ paused: false });
  await under.advance(100);
  expect(fired).toBe(2);
});

test('a timer that is cancelled leaves nothing behind', async () => {
  const under = new VirtualClock();
  const clock = new SimulatorClock(under);
  const timer = clock.timer(10, () => expect.unreachable());
  timer.cancel();
  expect(under.pendingTimers).toBe(0);
  clock.set({ speed: 2 });
  await under.advance(100);
});

test('the wall clock shows whole milliseconds, however fast it goes', async () => {
  const under = new VirtualClock();
  const clock = new SimulatorClock(under);
  clock.set({ speed: 1.5 });
  await under.advance(0.7);
  expect(clock.monotonic()).toBeCloseTo(1.05);
  expect(Number.isInteger(clock.now())).toBe(true);
});
