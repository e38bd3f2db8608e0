import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { definitionOf } from '../support/definition.ts';
import { FarDevice } from '../support/defined-device.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** A device that is latched hears who it is asked to be, and then its stop: nothing of `init`, which may fail. */
test('a latched device that comes back gets its stop although its init is refused', async () => {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const answers: Record<string, string> = { ID: 'X\n', REMOTE: 'OK\n', STOP: 'OK\n' };
  const line = new MemoryLine((far) => void (device = new FarDevice(far, answers)));
  const driver = definitionDriver(
    definitionOf({
      identify: { send: 'ID', expect: 'X' },
      init: [{ send: 'REMOTE', expect: 'OK' }],
      commands: { go: { send: 'GO', expect: 'OK' } },
      stop: { send: 'STOP', expect: 'OK' },
    }),
  );
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }], { clock });
  await rig.until(() => rig.device('d').state === 'ready');
  await line.cut();
  await rig.until(() => rig.device('d').state !== 'ready');
  // Its operator presses stop while the cable is out; when it is back, the device is in local mode.
  await rig.settled(rig.stops.stop('d', { by: 'test' }));
  answers['REMOTE'] = 'LOCAL\n';
  await clock.advance(30_000);
  expect(device?.heard).toContain('STOP');
});

/** Its session has ended for a moment, because its definition changed, and the question who it is was lost. */
test('a stop while a device is attached anew asks it again at once, and is what it is told next', async () => {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const line = new MemoryLine((far) => void (device = new FarDevice(far, { ID: 'X\n', STOP: 'OK\n' })));
  const driver = definitionDriver(
    definitionOf({
      line: { replyTimeoutMs: 4000 },
      identify: { send: 'ID', expect: 'X' },
      stop: { send: 'STOP', expect: 'OK' },
    }),
  );
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }], { clock });
  await rig.until(() => rig.device('d').state === 'ready');
  device?.answer('ID', '');
  void rig.registry.renew(driver);
  await clock.advance(50);
  const stopping = rig.stops.stop('d', { by: 'test' });
  // The stop that was asked for could not be sent: the one that follows is the latch's.
  expect((await rig.settled(stopping)).record).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
  device?.answer('ID', 'X\n');
  await clock.advance(1000);
  expect(device?.heard.slice(-2)).toEqual(['ID', 'STOP']);
});

/** Nobody has said who they are for so long that it is asked with long pauses. */
async function longSilent() {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const line = new MemoryLine((far) => void (device = new FarDevice(far, { STOP: 'OK\n' })));
  const driver = definitionDriver(
    definitionOf({ identify: { send: 'ID', expect: 'X' }, stop: { send: 'STOP', expect: 'OK' } }),
  );
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }], { clock });
  await clock.advance(120_000);
  if (device === undefined) throw new Error('nobody was asked');
  device.heard.length = 0;
  return { rig, clock, device };
}

test('a device that is probed with long pauses is asked at once when it is to be stopped', async () => {
  const { rig, clock, device } = await longSilent();
  device.answer('ID', 'X\n');
  await rig.settled(rig.stops.stop('d', { by: 'test' }));
  await clock.advance(200);
  expect(device.heard).toEqual(['ID', 'STOP']);
});

/** The attempt that it breaks off is followed by no pause, however many have failed. */
test('a stop while a device is probed breaks off the probe, and asks it anew at once', async () => {
  const { rig, clock, device } = await longSilent();
  await rig.until(() => device.heard.length === 1);
  device.answer('ID', 'X\n');
  await rig.settled(rig.stops.stop('d', { by: 'test' }));
  await clock.advance(1000);
  expect(device.heard).toEqual(['ID', 'ID', 'STOP']);
});

/** It has said who it is: the stop leaves at once, and all begins anew after it. */
test('a stop does not wait for the end of an init', async () => {
  const clock = new VirtualClock();
  let device: FarDevice | undefined;
  const line = new MemoryLine((far) => void (device = new FarDevice(far, { ID: 'X\n', STOP: 'OK\n' })));
  const driver = definitionDriver(
    definitionOf({
      line: { replyTimeoutMs: 4000 },
      identify: { send: 'ID', expect: 'X' },
      init: [{ send: 'REMOTE', expect: 'OK' }],
      stop: { send: 'STOP', expect: 'OK' },
    }),
  );
  const rig = createRig(driver, { line }, [{ id: 'd', connection: 'line' }], { clock });
  await rig.until(() => device?.heard.includes('REMOTE') === true);
  const stopping = rig.stops.stop('d', { by: 'test' });
  await clock.advance(1);
  expect(device?.heard.slice(0, 3)).toEqual(['ID', 'REMOTE', 'STOP']);
  device?.answer('REMOTE', 'OK\n');
  expect((await rig.settled(stopping)).record).toMatchObject({ outcome: 'succeeded' });
  await rig.until(() => rig.device('d').state === 'ready');
  expect(device?.heard.slice(-3)).toEqual(['ID', 'STOP', 'REMOTE']);
});
