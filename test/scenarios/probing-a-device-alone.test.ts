import { expect, test } from 'vitest';
import { createRig, MemoryLine, type RigDevice } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

/** How often a device that never answers is tried within a minute; each attempt takes its five seconds. */
async function attempts(devices: readonly RigDevice[]): Promise<number> {
  let tried = 0;
  const driver = toyDriver();
  const hangs = {
    ...driver,
    attach: (...[, options]: Parameters<typeof driver.attach>) => {
      if ((options as { unit: string }).unit === 'a') tried++;
      return new Promise<never>(() => {});
    },
  };
  const line = new MemoryLine(() => {});
  const { clock } = createRig(hangs, { line }, devices);
  for (let second = 0; second < 60; second++) await clock.advance(1000);
  return tried;
}

const one = (id: string): RigDevice => ({ id, connection: 'line', options: { unit: id } });

test('a silent device is probed as its back-off says, unless others want the line', async () => {
  // At once, and after 0.5, 1, 2, 4, 8 s, each somewhat less.
  expect(await attempts([one('a')])).toBeGreaterThanOrEqual(6);
  // At once, and after nine times as long as that took.
  expect(await attempts([one('a'), one('b')])).toBeLessThanOrEqual(2);
});
