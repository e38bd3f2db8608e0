import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { zigbee2mqtt } from './driver.ts';

const state = { type: 'binary', name: 'state', property: 'state', access: 7, value_on: 'ON', value_off: 'OFF' };
const plug = {
  ieee_address: '0x00158d0000000001',
  type: 'Router',
  supported: true,
  friendly_name: 'plug',
  interview_completed: true,
  definition: { model: 'M', vendor: 'V', description: 'D', exposes: [{ type: 'switch', features: [state] }] },
};

test('a bridge that starts tells the states that it had kept, which acknowledge no command of before', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const { context } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, document: unknown, retain = false): Promise<void> => {
    hub.publish(`zigbee2mqtt/${topic}`, Buffer.from(JSON.stringify(document)), { retain });
    await settle();
  };
  await say('bridge/state', { state: 'online' }, true);
  await say('bridge/devices', [plug], true);
  const session = await zigbee2mqtt.attach(near, { device: plug.ieee_address }, context);
  await settle();
  const call = messageCall({ connection: near, clock });
  const outcome = runCommand(session, 'set', { state: true }, call).catch((error: unknown) => error);
  await settle();
  // Its last will, and then its start: the command went to a bridge that was dead already.
  await say('bridge/state', { state: 'offline' }, true);
  await say('bridge/state', { state: 'online' }, true);
  await say('plug', { state: 'ON' });
  await clock.advance(20_000);
  expect(await outcome).toMatchObject({ code: 'device-timeout' });
  expect(call.confirmed).toEqual([]);
});
