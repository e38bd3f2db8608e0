import { expect, test } from 'vitest';
import { createRig, MemoryLine, type RigDevice } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

/** How often a silent device is asked who it is, within half a minute. */
async function probes(devices: readonly RigDevice[]): Promise<number> {
  let asked = 0;
  const line = new MemoryLine((far) => {
    far.onData((chunk) => {
      if (Buffer.from(chunk).includes('aID?')) asked++;
    });
  });
  const { clock, registry } = createRig(toyDriver(), { line }, devices);
  for (let second = 0; second < 30; second++) await clock.advance(1000);
  expect(registry.get('a').state).toBe('offline');
  return asked;
}

const one = (id: string): RigDevice => ({ id, connection: 'line', options: { unit: id } });

test('a silent device is probed as its back-off says, unless others want the line', async () => {
  const alone = await probes([one('a')]);
  const beside = await probes([one('a'), one('b')]);
  // 0.5, 1, 2, 4, 8, 16 s, each somewhat less.
  expect(alone).toBeGreaterThanOrEqual(6);
  expect(beside).toBeLessThan(alone);
});
