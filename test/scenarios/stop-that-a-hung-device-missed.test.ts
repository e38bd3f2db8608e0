import { expect, test } from 'vitest';
import type { AnyDriver, ByteWire, Call } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** Stopped while it answers nothing; nobody knows whether it heard that. */
async function stoppedWhileItHangs() {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  const device = rig.device('toy');
  await rig.until(() => device.reading('setpoint').quality === 'good');
  toy.mute = true;
  const { invoked } = await rig.settled(device.stop('stop', 'test'));
  expect(invoked).toMatchObject({ returned: false, left: true });
  expect(toy.executed).toEqual(['STOP']);
  return { toy, device, rig };
}

test('a device that comes back into step is stopped once more if it may not have heard its stop', async () => {
  const { toy, device, rig } = await stoppedWhileItHangs();
  toy.mute = false;
  await rig.until(() => device.state === 'ready');
  expect(toy.executed).toEqual(['STOP', 'STOP']);
});

test('one that was released meanwhile is not', async () => {
  const { toy, device, rig } = await stoppedWhileItHangs();
  device.release();
  toy.mute = false;
  await rig.until(() => device.state === 'ready');
  expect(toy.executed).toEqual(['STOP']);
});

test('one that answers everything but its stop comes back all the same', async () => {
  const { toy, device, rig } = await stoppedWhileItHangs();
  toy.mute = false;
  toy.twist = (asked, reply) => (asked === 'STOP' ? 'WHAT' : reply);
  const states = new Set<string>();
  await rig.until(() => states.add(device.state) && device.state === 'ready');
  await rig.clock.advance(60_000);
  expect(toy.executed).toEqual(['STOP', 'STOP']);
  expect(device.state).toBe('ready');
  // Attached anew, it would be one of which nothing is known that it does not tell again.
  expect(states).not.toContain('offline');
});

test('one that has answered another stop since is not told it again', async () => {
  const { toy, device, rig } = await stoppedWhileItHangs();
  toy.mute = false;
  const { invoked } = await rig.settled(device.stop('once more', 'test'));
  expect(invoked).toMatchObject({ returned: true });
  await rig.until(() => device.state === 'ready');
  expect(toy.executed).toEqual(['STOP', 'STOP']);
});

/** Its stop is answered by nothing. */
function unanswered(): AnyDriver {
  const driver = toyDriver();
  const { model } = driver;
  return {
    ...driver,
    model: { ...model, stop: { summary: 'Off', confirmation: 'sent', timeoutMs: 500 } },
    async attach(connection, options, context) {
      const session = await driver.attach(connection, options, context);
      return { ...session, stop: (call: Call<ByteWire>) => call.wire.write(Buffer.from('STOP\n')) };
    },
  };
}

test('nor does anybody know of a stop that nothing answers, where it broke off an exchange', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(unanswered(), { line }, [{ id: 'toy', connection: 'line' }]);
  const device = rig.device('toy');
  await rig.until(() => device.reading('setpoint').quality === 'good');
  toy.mute = true;
  const flying = rig.submit('toy', 'pulse');
  await rig.until(() => toy.executed.includes('PULSE'));
  const { invoked } = await rig.settled(device.stop('stop', 'test'));
  expect(invoked).toMatchObject({ returned: true, level: 'sent' });
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'unknown' });
  toy.mute = false;
  await rig.until(() => device.state === 'ready');
  expect(toy.executed).toEqual(['PULSE', 'STOP', 'STOP']);
});

test('one that has refused its stop has heard it, and is not told it again when it is in step after something else', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  const device = rig.device('toy');
  await rig.until(() => device.reading('setpoint').quality === 'good');
  toy.twist = (asked, reply) => (asked === 'STOP' ? 'ERR 5' : reply);
  const { invoked } = await rig.settled(device.stop('stop', 'test'));
  expect(invoked).toMatchObject({ returned: false, error: { code: 'device-refused' } });
  toy.mute = true;
  await rig.settled(device.read('value', 0, new AbortController().signal).catch(() => {}));
  toy.mute = false;
  await rig.until(() => device.state === 'ready');
  expect(toy.executed).toEqual(['STOP']);
});
