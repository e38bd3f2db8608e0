import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { Noise } from './noise.ts';

/** What the noise is at so many instants in a row. */
function series(make: (noise: Noise) => number, seed = 1): number[] {
  const clock = new VirtualClock();
  let now = 0;
  const fast = {
    now: () => now,
    monotonic: () => now,
    timer: clock.timer.bind(clock),
    ioTurn: clock.ioTurn.bind(clock),
  };
  const noise = new Noise(fast, seed);
  return Array.from({ length: 4000 }, () => {
    now++;
    return make(noise);
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function covariance(one: readonly number[], other: readonly number[]): number {
  const [middle, otherMiddle] = [mean(one), mean(other)];
  return mean(one.map((value, index) => (value - middle) * ((other[index] ?? 0) - otherMiddle)));
}

const deviation = (values: readonly number[]): number => Math.sqrt(covariance(values, values));
const correlation = (one: readonly number[], other: readonly number[]): number =>
  covariance(one, other) / (deviation(one) * deviation(other));

test('two looks at one instant see one value, and the next instant another', async () => {
  const clock = new VirtualClock();
  const noise = new Noise(clock, 7);
  const first = noise.gaussian(1);
  expect(noise.gaussian(1)).toBe(first);
  expect(noise.uniform(1, 'other')).not.toBe(noise.uniform(1));
  await clock.advance(1);
  expect(noise.gaussian(1)).not.toBe(first);
});

test('the seed and the instant fix it, whoever has looked before', async () => {
  const clock = new VirtualClock();
  const [often, once] = [new Noise(clock, 3), new Noise(clock, 3)];
  for (let look = 0; look < 10; look++) {
    often.gaussian(1);
    await clock.advance(10);
  }
  expect(often.gaussian(2)).toBe(once.gaussian(2));
  expect(new Noise(clock, 4).gaussian(2)).not.toBe(once.gaussian(2));
});

test('a sensor that measures now and then says the same between', async () => {
  const clock = new VirtualClock();
  const noise = new Noise(clock, 3, 100);
  const first = noise.uniform(1);
  await clock.advance(99);
  expect(noise.uniform(1)).toBe(first);
  await clock.advance(1);
  expect(noise.uniform(1)).not.toBe(first);
});

test('Gaussian: mean 0, the deviation asked for, no memory', () => {
  const values = series((noise) => noise.gaussian(3));
  expect(Math.abs(mean(values))).toBeLessThan(0.2);
  expect(deviation(values)).toBeGreaterThan(2.85);
  expect(deviation(values)).toBeLessThan(3.15);
  expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(0.06);
  expect(values.filter((value) => Math.abs(value) > 6).length / values.length).toBeLessThan(0.07);
});

test('uniform: within its bounds, all of it as likely', () => {
  const values = series((noise) => noise.uniform(2));
  expect(Math.max(...values)).toBeLessThanOrEqual(2);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
  for (const quarter of [-2, -1, 0, 1]) {
    const share = values.filter((value) => value >= quarter && value < quarter + 1).length / values.length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
  }
});

test('channels and neighbouring seeds have nothing to do with one another', () => {
  const one = series((noise) => noise.gaussian(1, 'latitude'));
  const other = series((noise) => noise.gaussian(1, 'longitude'));
  const neighbour = series((noise) => noise.gaussian(1, 'latitude'), 2);
  expect(Math.abs(correlation(one, other))).toBeLessThan(0.06);
  expect(Math.abs(correlation(one, neighbour))).toBeLessThan(0.06);
});

test('none is none', () => {
  const noise = new Noise(new VirtualClock(), 1);
  expect([noise.gaussian(0), noise.uniform(0)]).toEqual([0, 0]);
});
