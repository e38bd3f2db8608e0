import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { esphomeDriver } from './driver.ts';

test('the states that it tells when it has started afresh answer no command of before', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, payload: string): Promise<void> => {
    await far.publish(`room/${topic}`, payload, { retain: true });
    await settle();
  };
  await say('status', 'online');
  await say('switch/relay/state', 'OFF');
  const attaching = esphomeDriver.attach(near, { prefix: 'room', replyTimeoutMs: 500 }, context);
  await clock.advance(1000);
  const call = messageCall({ connection: near, clock });
  const outcome = runCommand(await attaching, 'toggle-relay', {}, call).catch((error: unknown) => error);
  await settle();
  await say('status', 'offline');
  await say('status', 'online');
  await say('switch/relay/state', 'OFF');
  await clock.advance(500);
  expect(await outcome).toMatchObject({ code: 'device-timeout' });
  expect(call.confirmed).toEqual([]);
});
