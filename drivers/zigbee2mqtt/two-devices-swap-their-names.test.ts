import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { zigbee2mqtt } from './driver.ts';

const one = '0x00158d0000000001';
const other = '0x00158d0000000002';
const state = {
  type: 'binary',
  name: 'state',
  property: 'state',
  value_on: 'ON',
  value_off: 'OFF',
  value_toggle: 'TOGGLE',
};
const plug = (address: string, name: string, access = 7) => ({
  ieee_address: address,
  type: 'Router',
  supported: true,
  friendly_name: name,
  definition: {
    model: 'M',
    vendor: 'V',
    description: 'D',
    exposes: [{ type: 'switch', features: [{ ...state, access }] }],
  },
  interview_completed: true,
});

async function attached(access?: number) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = (topic: string, document: object, retain = false): void => {
    hub.publish(`zigbee2mqtt/${topic}`, Buffer.from(JSON.stringify(document)), { retain });
  };
  say('bridge/state', { state: 'online' }, true);
  say('bridge/devices', [plug(one, 'left', access), plug(other, 'right', access)], true);
  const session = await zigbee2mqtt.attach(near, { device: one }, context);
  await settle();
  const call = messageCall({ connection: near, clock });
  const run = (command: string, params: object) => {
    const running = runCommand(session, command, params, call).then(
      () => 'done',
      (error: unknown) => Object(error).code as unknown,
    );
    return running;
  };
  return { clock, say, run, call, told };
}

test('what is told under its former name is of another device: it answers nothing, and is not reported', async () => {
  const { clock, say, run, call, told } = await attached();
  const running = run('set', { state: true });
  await settle();
  // In one burst, before anything can be unsubscribed from.
  say('bridge/devices', [plug(one, 'right'), plug(other, 'left')], true);
  say('left', { state: 'ON' });
  say('left/availability', { state: 'offline' });
  await settle();
  await clock.advance(20_000);
  expect(await running).toBe('device-timeout');
  expect(call.confirmed).toEqual([]);
  expect(told.reports).toEqual([]);
  expect(told.available).toBe(true);
});

test('a device whose state is not known is asked for it before it is toggled: any state would be another one', async () => {
  const { clock, say, run, call } = await attached();
  const running = run('toggle', {});
  await settle();
  expect(call.published.map(({ topic }) => topic)).toEqual(['zigbee2mqtt/left/get']);
  say('left', { state: 'OFF' });
  await settle();
  say('left', { state: 'OFF', linkquality: 40 });
  await settle();
  expect(call.published.map(({ topic }) => topic)).toEqual(['zigbee2mqtt/left/get', 'zigbee2mqtt/left/set']);
  expect(call.confirmed).toEqual([]);
  say('left', { state: 'ON' });
  await settle();
  await clock.advance(0);
  expect(await running).toBe('done');
  expect(call.confirmed).toMatchObject([{ level: 'acknowledged' }]);
});

test('one that cannot be asked is toggled, and nothing is claimed of it', async () => {
  const { clock, say, run, call } = await attached(3);
  const running = run('toggle', {});
  await settle();
  say('left', { state: 'OFF' });
  await settle();
  await clock.advance(20_000);
  expect(await running).toBe('device-timeout');
  expect(call.confirmed).toEqual([]);
});
