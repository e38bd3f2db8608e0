import { expect, test } from 'vitest';
import { defaultLimits } from '../../src/device/limits.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

test('50 dead ports, 50 silent devices and one that never opens delay nobody', async () => {
  const toy = new ToyDevice();
  const lines: Record<string, MemoryLine> = { good: new MemoryLine((far) => toy.serve(far)) };
  const devices = [];
  for (let index = 0; index < 50; index++) {
    const dead = new MemoryLine(() => {});
    dead.down = true;
    lines[`dead-${index}`] = dead;
    lines[`silent-${index}`] = new MemoryLine(() => {});
    devices.push(
      { id: `dead-${index}`, connection: `dead-${index}` },
      { id: `silent-${index}`, connection: `silent-${index}` },
    );
  }
  const hanging = new MemoryLine(() => {});
  hanging.hangs = true;
  lines['hanging'] = hanging;
  devices.push({ id: 'hanging', connection: 'hanging' }, { id: 'good', connection: 'good' });
  const rig = createRig(toyDriver(), lines, devices);
  // One drain of a fresh line, and one exchange in memory: the others cost it nothing.
  await rig.until(() => rig.device('good').state === 'ready', 100);
  expect(await rig.settled(rig.submit('good', 'set', { value: 1 }), 20)).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(rig.submit('dead-7', 'set', { value: 1 }), 20)).toMatchObject({ outcome: 'not-sent' });
});

test('an outage is logged once, however many attempts it takes', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  line.down = true;
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.clock.advance(300_000);
  line.down = false;
  await rig.until(() => rig.device('toy').state === 'ready', 60_000);
  const { stableMs } = defaultLimits.link;
  await rig.clock.advance(stableMs);
  expect(rig.logged.filter((text) => text === 'connection down; retrying')).toHaveLength(1);
  expect(rig.logged.filter((text) => text === 'connection back')).toHaveLength(1);
  expect(await rig.settled(rig.submit('toy', 'set', { value: 1 }))).toMatchObject({ outcome: 'succeeded' });
});
