import { expect, test } from 'vitest';
import { BellcrankError } from '../src/driver/index.ts';
import { settle, VirtualClock } from '../src/testing/virtual-clock.ts';
import { MemoryHub } from '../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../test/support/message-call.ts';
import { tasmotaDriver } from './tasmota/driver.ts';
import { zigbee2mqtt } from './zigbee2mqtt/driver.ts';

/** A broker whose access rules let these be heard, and nothing else. */
function guarded(...allowed: string[]) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const subscribe = near.subscribe.bind(near);
  near.subscribe = (filter, listener) =>
    allowed.some((start) => filter.startsWith(start))
      ? subscribe(filter, listener)
      : Promise.reject(new BellcrankError('device-refused', `the broker refused the subscription to ${filter}`));
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, document: object, retain = false): Promise<void> => {
    hub.publish(topic, Buffer.from(JSON.stringify(document)), { retain });
    await settle();
  };
  return { clock, near, context, told, say, far: hub.connect(), call: () => messageCall({ connection: near, clock }) };
}

test('a Tasmota is there for whoever may not hear its commands', async () => {
  const { clock, near, context, told, far } = guarded('stat/', 'tele/', 'tasmota/');
  await far.subscribe('cmnd/plug/STATUS', ({ payload }) => {
    const number = Buffer.from(payload).toString();
    const answers: Readonly<Record<string, object>> = {
      '5': { StatusNET: { Mac: 'AA:BB:CC:00:00:01' } },
      '11': { StatusSTS: { UptimeSec: 1, POWER: 'ON' } },
      '10': { StatusSNS: {} },
    };
    void far.publish(`stat/plug/STATUS${number}`, JSON.stringify(answers[number]));
  });
  const attaching = tasmotaDriver.attach(near, { topic: 'plug' }, context);
  await clock.advance(1000);
  await attaching;
  expect(told.available).toBe(true);
  expect(told.value('power')).toBe(true);
});

const state = { type: 'binary', name: 'state', property: 'state', access: 7, value_on: 'ON', value_off: 'OFF' };
const plug = {
  ieee_address: '0x00158d0000000001',
  friendly_name: 'plug',
  interview_completed: true,
  definition: { model: 'M', vendor: 'V', description: 'D', exposes: [{ type: 'switch', features: [state] }] },
};

test('a zigbee2mqtt device is there for whoever may hear of it and of its bridge', async () => {
  const { near, context, told, say, call } = guarded('z/bridge/state', 'z/bridge/devices', 'z/plug');
  await say('z/bridge/state', { state: 'online' }, true);
  await say('z/bridge/devices', [plug], true);
  const session = await zigbee2mqtt.attach(near, { device: 'plug', base: 'z' }, context);
  await settle();
  expect(told.available).toBe(true);
  const done = runCommand(session, 'set', { state: true }, call());
  await settle();
  await say('z/plug', { state: 'ON' });
  expect(await done).toEqual({ state: true });
});

test('without its list of devices nothing is known of any', async () => {
  const { near, context } = guarded('z/bridge/state', 'z/plug');
  const attaching = zigbee2mqtt.attach(near, { device: 'plug', base: 'z' }, context);
  await expect(attaching).rejects.toMatchObject({ message: expect.stringContaining('z/bridge/devices') });
});
