import { expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';

test('a device that is said to be gone while it is attached once more comes back when it says so', async () => {
  const plug = { driver: 'shelly-gen2', model: 'shelly-gen2', options: { topic: 'plug' }, simulate: { topic: 'plug' } };
  await using lab = await createLab({ devices: { plug } });
  const device = lab.device('plug');
  await device.faults.set([{ kind: 'mute' }]);
  expect(await device.write('switch-0', true)).toMatchObject({ outcome: 'unknown' });
  // It does not come back into step, and does not answer when it is attached anew either.
  await lab.until(() => device.status === 'offline');
  await device.press('unplug');
  await lab.clock.advance(60_000);
  expect(device.status).toBe('offline');
  await device.faults.clear();
  await device.press('plug');
  await device.until('ready', 5000);
  expect(await device.write('switch-0', true)).toMatchObject({ outcome: 'succeeded' });
});
