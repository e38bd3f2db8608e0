import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { FirstOrderLag } from './first-order-lag.ts';
import { Ramp } from './ramp.ts';

test('a ramp moves at its rate, says when it will be there, and has no timer', async () => {
  const clock = new VirtualClock();
  const ramp = new Ramp(clock, { value: 2, ratePerSecond: 4 });
  expect(ramp.arrivesInMs).toBe(0);
  ramp.to(10);
  expect(ramp.arrivesInMs).toBe(2000);
  await clock.advance(500);
  expect(ramp.value).toBeCloseTo(4, 12);
  expect(ramp.arrivesInMs).toBeCloseTo(1500, 9);
  await clock.advance(ramp.arrivesInMs);
  expect(ramp.value).toBe(10);
  expect(clock.pendingTimers).toBe(0);
});

test('a new target or rate on the way starts from where it is', async () => {
  const clock = new VirtualClock();
  const ramp = new Ramp(clock, { ratePerSecond: 10 });
  ramp.to(5);
  await clock.advance(300);
  ramp.to(1);
  await clock.advance(100);
  expect(ramp.value).toBeCloseTo(2, 12);
  ramp.ratePerSecond = 2;
  await clock.advance(250);
  expect(ramp.value).toBeCloseTo(1.5, 12);
  expect(ramp.ratePerSecond).toBe(2);
});

test('what is placed goes back to its target, what is settled stays', async () => {
  const clock = new VirtualClock();
  const ramp = new Ramp(clock, { value: 5, ratePerSecond: 1 });
  ramp.place(0);
  expect([ramp.value, ramp.target, ramp.arrivesInMs]).toEqual([0, 5, 5000]);
  await clock.advance(2000);
  expect(ramp.value).toBeCloseTo(2, 12);
  ramp.settle(1);
  await clock.advance(2000);
  expect([ramp.value, ramp.target]).toEqual([1, 1]);
});

test('rate 0 stands still, and no limit is there at once', () => {
  const clock = new VirtualClock();
  const still = new Ramp(clock, { ratePerSecond: 0 });
  still.to(1);
  expect([still.value, still.arrivesInMs]).toEqual([0, Infinity]);
  const fast = new Ramp(clock, { ratePerSecond: Infinity });
  fast.to(1);
  expect([fast.value, fast.arrivesInMs]).toEqual([1, 0]);
});

test('a lag leaves 1/e after its time constant, and tells when it will be near', async () => {
  const clock = new VirtualClock();
  const lag = new FirstOrderLag(clock, { value: 20, timeConstantMs: 1000 });
  lag.to(120);
  expect(lag.withinMs(100 / Math.E)).toBeCloseTo(1000, 9);
  expect(lag.withinMs(0)).toBe(Infinity);
  await clock.advance(1000);
  expect(lag.value).toBeCloseTo(120 - 100 / Math.E, 9);
  lag.timeConstantMs = 10;
  await clock.advance(10);
  expect(lag.value).toBeCloseTo(120 - 100 / Math.E ** 2, 9);
});

const at = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const kinds = fc.oneof(
  fc.record({ timeConstantMs: at(1, 5000) }),
  fc.record({ timeConstantMs: at(1, 5000), ratePerSecond: at(0.1, 100) }),
);

test('looking changes nothing: to the last bit', async () => {
  await fc.assert(
    fc.asyncProperty(
      kinds,
      at(-100, 100),
      fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 8 }),
      async (motion, to, waits) => {
        const clock = new VirtualClock();
        const [often, once] = [new FirstOrderLag(clock, motion), new FirstOrderLag(clock, motion)];
        often.to(to);
        once.to(to);
        for (const ms of waits) {
          await clock.advance(ms);
          expect(Number.isFinite(often.value)).toBe(true);
        }
        expect(often.value).toBe(once.value);
      },
    ),
    { numRuns: 50 },
  );
});

test('when it says that it is near, it is, and not long before', async () => {
  await fc.assert(
    fc.asyncProperty(kinds, at(1, 100), at(0.01, 0.5), async (motion, to, tolerance) => {
      const clock = new VirtualClock();
      const lag = new FirstOrderLag(clock, motion);
      lag.to(to);
      const ms = lag.withinMs(tolerance);
      await clock.advance(ms * 0.99);
      expect(to - lag.value).toBeGreaterThan(tolerance);
      await clock.advance(ms * 0.010001);
      expect(to - lag.value).toBeLessThanOrEqual(tolerance * 1.0001);
    }),
    { numRuns: 50 },
  );
});
