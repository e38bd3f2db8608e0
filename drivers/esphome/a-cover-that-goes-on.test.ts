import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { esphomeDriver } from './driver.ts';

/** A cover with today's firmware, which tells every second where it is and what it does. */
async function opening() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, payload: string): Promise<void> => {
    await far.publish(`room/${topic}`, payload, { retain: true });
    await settle();
  };
  const tell = async (position: number, state: string): Promise<void> => {
    await say('cover/blind/position/state', String(position));
    await say('cover/blind/state', state);
  };
  await say('status', 'online');
  await tell(10, 'opening');
  const attaching = esphomeDriver.attach(near, { prefix: 'room', replyTimeoutMs: 500 }, context);
  await clock.advance(1000);
  const session = await attaching;
  const call = messageCall({ connection: near, clock });
  const stopping = runCommand(session, 'stop-moving-blind', {}, call).catch((error: unknown) => error);
  await settle();
  return { clock, tell, told, call, stopping };
}

test('has not taken its stop, and nobody says so', async () => {
  const { clock, tell, told, call, stopping } = await opening();
  await tell(11, 'opening');
  await tell(12, 'opening');
  await clock.advance(500);
  expect(await stopping).toMatchObject({ code: 'device-timeout' });
  expect(call.confirmed).toEqual([]);
  expect(told.value('blind')).toBe('opening');
});

test('and one that stands has', async () => {
  const { tell, call, stopping } = await opening();
  await tell(11, 'opening');
  await tell(12, 'open');
  await stopping;
  expect(call.confirmed).toMatchObject([{ level: 'acknowledged', evidence: { payload: 'open' } }]);
});
