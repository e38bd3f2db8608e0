import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/index.ts';
import { patienceMs, Told } from './told.ts';

test('what was told is there at once, the last of it', async () => {
  const told = new Told(new VirtualClock());
  expect([told.note('weight', 1), told.note('weight', 1), told.note('weight', 2)]).toEqual([true, false, true]);
  expect(await told.of('weight')).toEqual({ value: 2 });
});

test('what was not is waited for, all of it together no longer than so', async () => {
  const clock = new VirtualClock();
  const told = new Told(clock);
  const weight = told.of('weight');
  await clock.advance(patienceMs - 1);
  told.note('weight', 7);
  expect(await weight).toEqual({ value: 7 });
  const stable = told.of('stable');
  await clock.advance(1);
  expect([await stable, await told.of('other')]).toEqual([undefined, undefined]);
});
