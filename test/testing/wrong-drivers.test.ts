import { expect, test } from 'vitest';
import { conformance } from '../../src/testing/index.ts';
import { boxSimulator } from './wrong-drivers/box.ts';
import { boxDriver } from './wrong-drivers/driver.ts';
import { type Habit, habits } from './wrong-drivers/habits.ts';

const samples = { unsolicited: ['!door 1\n'], places: 8 };

test('every check applies to the box, which has no checksum', () => {
  const left = conformance(boxDriver(), boxSimulator, samples).leftOut;
  expect(left.map(({ name }) => name)).toEqual(['an answer with a wrong bit is not believed']);
});

test.each(conformance(boxDriver(), boxSimulator, samples))('a right driver passes: $name', ({ run }) => run());

test.each(Object.entries(habits) as [Habit, string][])('a driver that %s is found by: %s', async (habit, name) => {
  const check = conformance(boxDriver(habit), boxSimulator, samples).find((one) => one.name === name);
  expect(check, name).toBeDefined();
  await expect(check?.run()).rejects.toThrow();
});
