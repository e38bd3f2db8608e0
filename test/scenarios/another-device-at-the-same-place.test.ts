import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { definitionOf } from '../support/definition.ts';
import { FarDevice } from '../support/defined-device.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** As `test/scenarios/identity.test.ts` has it for the SCPI supply. */
test('a defined device that tells another serial number after a reconnect is not taken for the first', async () => {
  const clock = new VirtualClock();
  let serial = 12_345;
  let device: FarDevice | undefined;
  const line = new MemoryLine((far) => void (device = new FarDevice(far, { ID: `ACME,${serial}\n`, GO: 'OK\n' })));
  const driver = definitionDriver(
    definitionOf({
      identify: { send: 'ID', expect: 'ACME,{serial:%d}' },
      commands: { go: { send: 'GO', expect: 'OK' } },
    }),
  );
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }], { clock });
  await rig.until(() => rig.device('d').state === 'ready');
  serial = 99_999;
  await line.cut();
  await rig.until(() => rig.device('d').state !== 'ready');
  await clock.advance(5000);
  const record = await rig.settled(rig.submit('d', 'go'));
  expect(device?.heard).not.toContain('GO');
  expect(record).toMatchObject({ outcome: 'not-sent' });
});

/** Without a reconnect of the connection: the swap shows while the line is brought back into step. */
test('a defined device that is another one after a timeout is not taken for the first', async () => {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const line = new MemoryLine((far) => void (device = new FarDevice(far, { ID: 'ACME,12345\n', GO: 'OK\n' })));
  const driver = definitionDriver(
    definitionOf({
      identify: { send: 'ID', expect: 'ACME,{serial:%d}' },
      commands: { go: { send: 'GO', expect: 'OK' } },
    }),
  );
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }], { clock });
  await rig.until(() => rig.device('d').state === 'ready');
  device?.mute();
  await rig.settled(rig.submit('d', 'go'));
  device?.answer('ID', 'ACME,99999\n');
  device?.answer('GO', 'OK\n');
  await clock.advance(5000);
  if (device !== undefined) device.heard.length = 0;
  const record = await rig.settled(rig.submit('d', 'go'));
  expect(device?.heard).not.toContain('GO');
  expect(record).toMatchObject({ outcome: 'not-sent' });
});
