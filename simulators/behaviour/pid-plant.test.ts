import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { FixedSteps } from './fixed-steps.ts';
import { Pid } from './pid.ts';
import { PidPlant, type PidPlantOptions } from './pid-plant.ts';

const bath: PidPlantOptions = { kp: 8, ki: 0.2, kd: 4, gain: 1, timeConstantMs: 60_000, ambient: 20 };

function plantOf(options: Partial<PidPlantOptions> = {}) {
  const clock = new VirtualClock();
  return { clock, plant: new PidPlant(clock, { ...bath, ...options }) };
}

test('off, it comes to what is around it as a body of first order does', async () => {
  const { clock, plant } = plantOf({ value: 100 });
  await clock.advance(60_000);
  expect(plant.value).toBeCloseTo(20 + 80 / Math.E, 9);
  expect(plant.output).toBe(0);
});

test('on, it comes to its setpoint and stays; the integral takes what the gain leaves', async () => {
  const { clock, plant } = plantOf();
  plant.setpoint = 60;
  plant.isOn = true;
  await clock.advance(600_000);
  expect(plant.value).toBeCloseTo(60, 6);
  expect(plant.output).toBeCloseTo(40, 4);
  const proportional = plantOf({ ki: 0, kd: 0 });
  proportional.plant.setpoint = 60;
  proportional.plant.isOn = true;
  await proportional.clock.advance(3_600_000);
  expect(proportional.plant.value).toBeCloseTo(20 + (8 * 40) / 9, 6);
});

test('with feed-forward the proportional part alone gets there', async () => {
  const { clock, plant } = plantOf({ ki: 0, kd: 0, feedForward: true });
  plant.setpoint = 60;
  plant.isOn = true;
  await clock.advance(3_600_000);
  expect(plant.value).toBeCloseTo(60, 6);
});

test('the output has bounds, and the integral does not wind up behind them', async () => {
  const { clock, plant } = plantOf();
  plant.setpoint = 200;
  plant.isOn = true;
  await clock.advance(3_600_000);
  expect(plant.output).toBe(100);
  expect(plant.value).toBeCloseTo(120, 6);
  plant.setpoint = 60;
  await clock.advance(1000);
  expect(plant.output).toBe(0);
  plant.setpoint = 200;
  plant.maximum = 50;
  await clock.advance(3_600_000);
  expect(plant.value).toBeCloseTo(70, 6);
});

test('the working setpoint rises along its ramp from where the value is', async () => {
  const { clock, plant } = plantOf({ timeConstantMs: 10_000, feedForward: true });
  plant.risePerSecond = 0.5;
  plant.setpoint = 80;
  plant.isOn = true;
  await clock.advance(60_000);
  expect(plant.value).toBeGreaterThan(45);
  expect(plant.value).toBeLessThan(51);
});

test('what is put somewhere by hand is there at once, and comes back', async () => {
  const { clock, plant } = plantOf();
  plant.place(90);
  expect(plant.value).toBe(90);
  plant.ambient = 10;
  plant.timeConstantMs = 1000;
  await clock.advance(3_600_000);
  expect(plant.value).toBeCloseTo(10, 9);
});

test('it counts how long it was driven, also while it rests', async () => {
  const { clock, plant } = plantOf({ ki: 0, kd: 0, feedForward: true });
  plant.setpoint = 60;
  plant.isOn = true;
  await clock.advance(86_400_000);
  expect(plant.drivenMs).toBe(86_400_000);
  plant.isOn = false;
  await clock.advance(86_400_000);
  expect(plant.drivenMs).toBe(86_400_000);
});

test('to the last bit, the outcome is the same whenever somebody looks', async () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constant('setpoint' as const), value: fc.double({ min: 0, max: 150, noNaN: true }) }),
    fc.record({ kind: fc.constant('ambient' as const), value: fc.double({ min: -20, max: 40, noNaN: true }) }),
    fc.record({ kind: fc.constant('isOn' as const), value: fc.boolean() }),
  );
  const course = fc.array(
    fc.record({ ms: fc.integer({ min: 0, max: 200_000 }), looks: fc.integer({ min: 0, max: 5 }), act }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  await fc.assert(
    fc.asyncProperty(course, async (steps) => {
      const clock = new VirtualClock();
      const [often, once] = [new PidPlant(clock, bath), new PidPlant(clock, bath)];
      for (const { ms, looks, act } of steps) {
        for (const plant of [often, once]) Object.assign(plant, { [act.kind]: act.value });
        for (let look = 0; look < looks; look++) {
          await clock.advance(Math.floor(ms / looks));
          void often.value;
        }
        if (looks === 0) await clock.advance(ms);
      }
      await clock.advance(100);
      expect([often.value, often.output, often.drivenMs]).toEqual([once.value, once.output, once.drivenMs]);
    }),
    { numRuns: 60 },
  );
});

test('a day that nobody looked at is caught up with in little work', async () => {
  let steps = 0;
  const clock = new VirtualClock();
  const rested: number[] = [];
  let value = 100;
  const cooling = new FixedSteps(clock, {
    step() {
      steps++;
      const before = value;
      value *= 0.99;
      return before - value < 1e-9;
    },
    rest: (count) => rested.push(count),
  });
  await clock.advance(86_400_000);
  cooling.advance();
  expect(steps).toBeLessThan(3000);
  expect(rested).toEqual([864_000 - steps]);
  cooling.advance();
  expect(rested).toHaveLength(1);
});

test('what never rests is cut short at the most steps, and the rest is told', async () => {
  let steps = 0;
  let rested = 0;
  const clock = new VirtualClock();
  const restless = new FixedSteps(
    clock,
    {
      step() {
        steps++;
        return false;
      },
      rest: (count) => (rested += count),
    },
    { stepMs: 10, mostSteps: 500 },
  );
  await clock.advance(10_000);
  restless.advance();
  expect([steps, rested]).toEqual([500, 500]);
  await clock.advance(10);
  restless.advance();
  expect([steps, rested]).toEqual([501, 500]);
});

test('what rests wakes when something changes', async () => {
  let steps = 0;
  const clock = new VirtualClock();
  const lazy = new FixedSteps(clock, { step: () => ++steps > 0 });
  await clock.advance(1000);
  lazy.advance();
  expect(steps).toBe(1);
  lazy.change(() => {});
  await clock.advance(1000);
  lazy.advance();
  expect(steps).toBe(2);
});

test('a new setpoint gives no kick of the derivative; a change of the value is braked', () => {
  const pid = new Pid({ kp: 0, kd: 2 });
  const bounds = { seconds: 1, minimum: -100, maximum: 100 };
  expect(pid.next({ setpoint: 0, measured: 5, ...bounds })).toBe(0);
  expect(pid.next({ setpoint: 50, measured: 5, ...bounds })).toBe(0);
  expect(pid.next({ setpoint: 50, measured: 8, ...bounds })).toBe(-6);
  pid.reset();
  expect(pid.next({ setpoint: 50, measured: 20, ...bounds })).toBe(0);
});

test('a controller that acts the other way does not wind up either', () => {
  const pid = new Pid({ kp: -1, ki: -1 });
  for (let step = 0; step < 100; step++) pid.next({ setpoint: 0, measured: 50, seconds: 1, minimum: 0, maximum: 10 });
  expect(Math.abs(pid.integral)).toBeLessThan(20);
});
