import { expect, onTestFinished, test } from 'vitest';
import { nmea0183 } from '../../drivers/nmea0183/driver.ts';
import { nmea0183Simulator } from '../../simulators/nmea0183/index.ts';
import { BellcrankError } from '../../src/errors.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** The runtime with the real driver on a simulated receiver at the far end of a memory line. */
function running(options: object = {}) {
  const clock = new VirtualClock();
  const simulator = nmea0183Simulator.create({ clock, seed: 5, options });
  const { wire, behaviour } = simulator;
  if (wire.shape !== 'bytes') throw new Error('a receiver speaks over a byte stream');
  const line = new MemoryLine((far) => wire.serve(far));
  const rig = createRig(nmea0183, { line }, [{ id: 'gps', connection: 'line' }], { clock });
  onTestFinished(async () => {
    simulator.close();
    await rig.registry.close(new BellcrankError('shutting-down', 'the test is over'));
  });
  return { rig, behaviour, line, device: rig.device('gps'), position: () => rig.device('gps').reading('position') };
}

test('a position is good while there is a fix, bad with the reason without one, and good again', async () => {
  const { rig, behaviour, device, position } = running();
  await rig.until(() => device.state === 'ready' && position().quality === 'good');
  behaviour.loseFix();
  await rig.until(() => position().quality !== 'good', 2000);
  expect(position()).toMatchObject({ quality: 'bad', error: expect.stringContaining('no fix') });
  expect(device.reading('fix')).toMatchObject({ value: 'none', quality: 'good' });
  behaviour.regainFix();
  await rig.until(() => position().quality === 'good', 3000);
  expect(device.state).toBe('ready');
});

test('without a fix from the start there is no value at all', async () => {
  const { rig, device, position } = running({ startAfterMs: 60_000 });
  await rig.until(() => device.state === 'ready');
  expect(position()).toMatchObject({ value: null, quality: 'bad', error: expect.stringContaining('no fix') });
});

test('a silent receiver is offline; nothing from before is good when it talks again', async () => {
  const { rig, behaviour, device, position } = running();
  await rig.until(() => device.state === 'ready');
  behaviour.silent = true;
  await rig.until(() => device.state === 'offline');
  expect(device.detail).toBe('silent for 5000 ms');
  expect(position().quality).not.toBe('good');
  behaviour.loseFix();
  behaviour.silent = false;
  await rig.until(() => device.state === 'ready');
  expect(position()).toMatchObject({ quality: 'bad' });
  behaviour.regainFix();
  await rig.until(() => position().quality === 'good');
});

test('one that is silent from the start is probed until it talks', async () => {
  const { rig, behaviour, device } = running();
  behaviour.silent = true;
  await rig.until(() => device.state === 'offline' && (device.detail ?? '').includes('nothing came'));
  behaviour.silent = false;
  await rig.until(() => device.state === 'ready', 120_000);
});

test('a line that is cut and comes back is attached to anew', async () => {
  const { rig, line, device, position } = running();
  await rig.until(() => device.state === 'ready' && position().quality === 'good');
  await line.cut();
  await rig.until(() => device.state === 'offline');
  expect(position().quality).toBe('stale');
  await rig.until(() => device.state === 'ready' && position().quality === 'good');
});
