import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { changeableDriver } from '../../src/cli/reload/changeable.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { FarDevice } from '../support/defined-device.ts';
import { definitionOf } from '../support/definition.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** Its driver, and how it says who it is. */
const definedBy = (expects: string) =>
  definitionDriver(
    definitionOf({ identify: { send: 'ID', expect: expects }, commands: { go: { send: 'GO', expect: 'OK' } } }),
  );

/** A device that is ready, and a way to put another one in its place. */
async function ready(expects = 'ACME,{serial:%d},{version:%s}', first = 'ACME,12345,1.0') {
  const clock = new VirtualClock();
  let said = first;
  const fars: FarDevice[] = [];
  const line = new MemoryLine((far) => void fars.unshift(new FarDevice(far, { ID: `${said}\n`, GO: 'OK\n' })));
  const { value: driver, change } = changeableDriver(definedBy(expects));
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }], { clock });
  await rig.until(() => rig.device('d').state === 'ready');
  const replug = async (says: string): Promise<void> => {
    said = says;
    await line.cut();
    await rig.until(() => rig.device('d').state !== 'ready');
    await clock.advance(5000);
  };
  return { clock, rig, fars, replug, driver, change, go: () => rig.settled(rig.submit('d', 'go')) };
}

test('a defined device that tells another serial number after a reconnect is not taken for the first', async () => {
  const { rig, fars, replug, go } = await ready();
  expect(rig.device('d').identity).toBe('serial=12345');
  await replug('ACME,99999,1.0');
  expect(await go()).toMatchObject({ outcome: 'not-sent', error: { code: 'identity-mismatch' } });
  expect(new Set(fars[0]?.heard)).toEqual(new Set(['ID']));
});

/** Without a reconnect of the connection: the swap shows while the line is brought back into step. */
test('a defined device that is another one after a timeout is not taken for the first', async () => {
  const { clock, fars, go } = await ready();
  const [device] = fars;
  device?.mute();
  await go();
  device?.answer('ID', 'ACME,99999,1.0\n');
  device?.answer('GO', 'OK\n');
  await clock.advance(5000);
  if (device !== undefined) device.heard.length = 0;
  expect(await go()).toMatchObject({ outcome: 'not-sent', error: { code: 'identity-mismatch' } });
  expect(device?.heard).not.toContain('GO');
});

test('a device with another version after an update is the same one', async () => {
  const { replug, go } = await ready();
  await replug('ACME,12345,2.0');
  expect(await go()).toMatchObject({ outcome: 'succeeded' });
});

test('a version alone identifies nothing', async () => {
  const { rig, replug, go } = await ready('ACME {firmwareVersion:%s}', 'ACME 1.0');
  expect(rig.device('d').identity).toBeUndefined();
  await replug('ACME 2.0');
  expect(await go()).toMatchObject({ outcome: 'succeeded' });
});

test('a definition that calls it otherwise takes the device that is there for the one that it was', async () => {
  const { rig, driver, change, replug, go } = await ready();
  change(definedBy('ACME,{serialNumber:%d},{version:%s}'));
  await rig.settled(rig.registry.renew(driver));
  expect(await go()).toMatchObject({ outcome: 'succeeded' });
  await replug('ACME,99999,1.0');
  expect(await go()).toMatchObject({ outcome: 'not-sent' });
});
