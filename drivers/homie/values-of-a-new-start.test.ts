import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { homie } from './driver.ts';

const description = {
  homie: '5.0',
  version: 1,
  name: 'Relay',
  nodes: { out: { properties: { on: { datatype: 'boolean', settable: true } } } },
};

async function attached() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, payload: string): Promise<void> => {
    await far.publish(`homie/5/relay/${topic}`, payload, { retain: true });
    await settle();
  };
  await say('$state', 'init');
  await say('$description', JSON.stringify(description));
  await say('out/on', 'true');
  await say('$state', 'ready');
  const session = await homie.attach(near, { device: 'relay' }, context);
  await settle();
  return { clock, near, told, say, session };
}

test('what a device tells while it starts answers no command of before', async () => {
  const { clock, near, say, session } = await attached();
  const call = messageCall({ connection: near, clock });
  const write = session.write?.['out-on'];
  // Erased handlers take `never`.
  const outcome = Promise.resolve(write?.(false as never, call.call as never)).catch((error: unknown) => error);
  await settle();
  await say('$state', 'lost');
  await say('$state', 'init');
  await say('out/on', 'false');
  await say('$state', 'ready');
  await say('out/on', 'true');
  await clock.advance(5000);
  expect(await outcome).toMatchObject({ code: 'device-timeout' });
  expect(call.confirmed).toEqual([]);
});

test('what a ready device had told holds when it is ready again, though it does not tell it again', async () => {
  const { told, say } = await attached();
  await say('$state', 'init');
  const before = told.reports.length;
  await say('$description', JSON.stringify({ ...description, version: 2, name: 'Another relay' }));
  expect(told.reports.slice(before)).toEqual([]);
  await say('$state', 'ready');
  expect(told.reports.slice(before)).toEqual([
    { property: 'out-on', value: true },
    { property: 'alerts', value: {} },
  ]);
});
