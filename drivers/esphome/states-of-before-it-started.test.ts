import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { esphomeDriver } from './driver.ts';

test('what it told before it started is not told again as what it has now', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, payload: string): Promise<void> => {
    await far.publish(`room/${topic}`, payload, { retain: true });
    await settle();
  };
  await say('status', 'online');
  await say('switch/relay/state', 'ON');
  const attaching = esphomeDriver.attach(near, { prefix: 'room' }, context);
  await clock.advance(1000);
  const session = await attaching;
  expect(told.value('relay')).toBe(true);
  await say('status', 'offline');
  await say('status', 'online');
  const before = told.reports.length;
  // Erased handlers take `never`.
  await session.resync?.(messageCall({ connection: near, clock }).call as never);
  expect(told.reports.slice(before)).toEqual([]);
  await say('switch/relay/state', 'OFF');
  expect(told.value('relay')).toBe(false);
});
