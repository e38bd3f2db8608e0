import { expect, test } from 'vitest';
import { VirtualClock } from '../../../src/testing/virtual-clock.ts';
import { Holding, holdLimitBytes } from './holding.ts';

test('a flood of small frames is held in bounded space, the oldest goes on first, and each costs the same', () => {
  const passed: number[] = [];
  let full = 0;
  const holding = new Holding(new VirtualClock(), () => full++);
  const began = performance.now();
  const count = 200_000;
  for (let frame = 0; frame < count; frame++) holding.hold(1, () => passed.push(frame));
  // A search from the first place of all would take minutes.
  expect(performance.now() - began).toBeLessThan(5000);
  expect(count - passed.length).toBeLessThanOrEqual(holdLimitBytes / 64);
  expect(count - passed.length).toBeGreaterThan(1000);
  expect(full).toBe(passed.length);
  expect(passed.every((frame, index) => frame === index)).toBe(true);
});

test('what was taken out meanwhile does not count, and what comes after all went on is held anew', () => {
  const passed: string[] = [];
  const holding = new Holding(new VirtualClock(), () => {});
  const hold = (name: string, bytes: number) => holding.hold(bytes, () => passed.push(name));
  const half = holdLimitBytes / 2;
  const first = hold('first', half);
  hold('second', half - 1000);
  expect(first.take()).toBe(true);
  hold('third', half - 1000);
  expect(passed).toEqual([]);
  hold('fourth', half);
  expect(passed).toEqual(['second']);
  hold('fifth', 2 * holdLimitBytes);
  expect(passed).toEqual(['second', 'third', 'fourth', 'fifth']);
  hold('sixth', half);
  expect(passed).toHaveLength(4);
  hold('seventh', half);
  expect(passed.at(-1)).toBe('sixth');
});
