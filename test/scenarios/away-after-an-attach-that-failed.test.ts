import { expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';

const skid = {
  driver: 'sparkplug-b',
  model: 'sparkplug-b',
  simulate: { group: 'Lab', node: 'Skid' },
  options: { group: 'Lab', node: 'Skid', device: 'PumpSkid', replyTimeoutMs: 300 },
} as const;

/** A device that attaches while it is away, after an attach that failed, is there as soon as it says so. */
test('it is offline, and then ready, and not connecting for ever', async () => {
  await using lab = await createLab({ devices: { skid } });
  const device = lab.device('skid');
  await device.faults.set([{ kind: 'drop' }]);
  expect(await device.write('setpoints-speed', 100)).toMatchObject({ outcome: 'unknown' });
  await device.until('offline', 5000);
  await lab.clock.advance(20_000);
  await device.faults.clear();
  await device.until('ready', 120_000);
  expect(await device.write('setpoints-speed', 200)).toMatchObject({ outcome: 'succeeded' });
});

/** It is the last one: no later message shows that there is a gap. */
test('a birth certificate that got lost is asked for again', async () => {
  const tank = { ...skid, options: { ...skid.options, device: 'Tank' } };
  await using lab = await createLab({ devices: { tank } });
  const device = lab.device('tank');
  await device.faults.set([{ kind: 'drop', match: 'DBIRTH/Skid/Tank', clearAfter: 1 }]);
  await device.press('reboot');
  await device.until('offline', 20_000);
  await device.until('ready', 2500);
});
