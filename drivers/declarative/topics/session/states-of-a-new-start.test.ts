import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../../../src/transport/memory.ts';
import { messageCall, recordingContext } from '../../../../test/support/message-call.ts';
import { topicMapOf } from '../../../../test/support/topic-map-texts.ts';
import { topicMapDriver } from '../driver.ts';

const text = `
model: device
summary: A device
topics: { availability: { topic: d/online } }
properties:
  level:
    schema: { type: integer }
    pushed: { topic: d/level, payload: '{value}' }
    write: { send: { topic: d/level/set, payload: '{value}' }, reply: state }
  kept: { schema: { type: integer }, pushed: { topic: d/kept, payload: '{value}', retained: true } }
`;

async function attached() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const { context, told } = recordingContext(clock);
  const say = async (topic: string, payload: string, retain = false): Promise<void> => {
    hub.publish(topic, Buffer.from(payload), { retain });
    await settle();
  };
  await say('d/online', 'online', true);
  const session = await topicMapDriver(topicMapOf(text)).attach(near, {}, context);
  return { clock, near, told, say, session };
}

test('the states that it tells when it has started afresh answer no command of before', async () => {
  const { clock, near, say, session } = await attached();
  const call = messageCall({ connection: near, clock });
  const write = session.write?.['level'];
  // Erased handlers take `never`.
  const outcome = Promise.resolve(write?.(0 as never, call.call as never)).catch((error: unknown) => error);
  await settle();
  await say('d/online', 'offline', true);
  await say('d/online', 'online', true);
  await say('d/level', '0');
  await clock.advance(2000);
  expect(await outcome).toMatchObject({ code: 'device-timeout' });
  expect(call.confirmed).toEqual([]);
});

test('what it retains and keeps up to date stands for the present when it is back, and nothing else does', async () => {
  const { told, say } = await attached();
  await say('d/level', '5');
  await say('d/kept', '7', true);
  await say('d/online', 'offline', true);
  const before = told.reports.length;
  await say('d/online', 'online', true);
  await say('d/online', 'online', true);
  expect(told.reports.slice(before)).toEqual([{ property: 'kept', value: 7 }]);
});
