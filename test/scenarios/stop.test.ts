import { expect, onTestFinished, test } from 'vitest';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import type { Device } from '../../src/device/device.ts';
import { BellcrankError } from '../../src/errors.ts';
import { tcp } from '../../src/transport/tcp.ts';
import { live } from '../support/live.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const gone = new BellcrankError('device-offline', 'device toy was removed or changed', { reason: 'offline' });

async function readyToy() {
  const toy = new ToyDevice();
  const asked: string[] = [];
  const line = new MemoryLine((far) => {
    far.onData((chunk) => asked.push(Buffer.from(chunk).toString('latin1').trim()));
    toy.serve(far);
  });
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  return { toy, asked, rig };
}

test('on TCP a stop reaches the device before the connection is reset for the actuate that it broke off', async () => {
  const toy = new ToyDevice();
  const listener = await listenTcp();
  onTestFinished(() => listener.close());
  let opens = 0;
  listener.onConnection((far) => {
    opens++;
    toy.serve(far);
  });
  const settings = { host: listener.host, port: listener.port };
  const rig = live(toyDriver(), [{ id: 'toy', transport: tcp, settings }]);
  await expect.poll(() => rig.device('toy').reading('setpoint').quality, { timeout: 5000 }).toBe('good');
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  await expect.poll(() => toy.executed).toEqual(['PULSE']);
  toy.held = undefined;
  const opensAtStop: number[] = [];
  toy.twist = (asked, reply) => {
    if (asked === 'STOP') opensAtStop.push(opens);
    return reply;
  };
  const { invoked } = await rig.device('toy').stop('stop');
  expect(invoked).toMatchObject({ returned: true, level: 'acknowledged' });
  expect(opensAtStop).toEqual([1]);
  expect(await flying).toMatchObject({ outcome: 'unknown', error: { code: 'stopped' } });
  await expect.poll(() => opens, { timeout: 5000 }).toBe(2);
});

test.each(['removed', 'disabled'])('a device that is being %s is stopped by its id, too', async (how) => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  await rig.until(() => toy.executed.length === 1);
  const { settings } = rig.device('toy');
  const leaving: Promise<Device | void> =
    how === 'removed'
      ? rig.registry.remove('toy', gone)
      : rig.registry.replace({ ...settings, driver: 'toy', connection: 'line', enabled: false }, gone);
  await rig.clock.advance(10);
  toy.held = undefined;
  const stops = await rig.settled(Promise.all(rig.registry.toStop('toy').map((device) => device.stop('stop'))));
  expect(stops.map(({ invoked }) => invoked?.level)).toContain('acknowledged');
  expect(toy.executed).toEqual(['PULSE', 'STOP']);
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'unknown' });
  await rig.settled(leaving);
});

test('recovery begins when the stop is over, and brings the line back into step', async () => {
  const { toy, asked, rig } = await readyToy();
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  await rig.until(() => toy.executed.length === 1);
  asked.length = 0;
  const stopping = rig.device('toy').stop('stop');
  await rig.clock.advance(180);
  // The stop still waits for its answer.
  expect(asked).toEqual(['STOP']);
  const [, answerToStop] = toy.held;
  toy.held = undefined;
  answerToStop?.();
  expect((await rig.settled(stopping)).invoked).toMatchObject({ returned: true, level: 'acknowledged' });
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(asked.slice(0, 2)).toEqual(['STOP', 'ID?']);
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'unknown', error: { code: 'stopped' } });
  rig.device('toy').release();
  expect(await rig.settled(rig.submit('toy', 'set', { value: 3 }))).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['PULSE', 'STOP', 'SET 3']);
});
