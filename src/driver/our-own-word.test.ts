import { expect, test } from 'vitest';
import { messageCall, recordingContext } from '../../test/support/message-call.ts';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import { MemoryHub } from '../transport/memory.ts';
import { RpcExchange } from './rpc.ts';
import { TopicExchange } from './topic.ts';

/** A dialect whose devices are set on the very topic on which they tell their state: a broker gives us our own message. */
async function bench() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect('near');
  const { context } = recordingContext(clock);
  const exchange = new TopicExchange(near, context);
  await exchange.subscribe('lamp');
  const heard: string[] = [];
  exchange.on('lamp', ({ payload }) => void heard.push(Buffer.from(payload).toString()));
  const ask = (payload: string | Uint8Array) =>
    exchange.request(
      messageCall({ connection: near, clock }).call,
      { topic: 'lamp', payload },
      { match: ({ payload: told }) => (/on/i.test(Buffer.from(told).toString()) ? 'on' : undefined), timeoutMs: 100 },
    );
  return { clock, hub, heard, ask };
}

test.each([
  ['a text', 'on'],
  ['bytes', Buffer.from('on')],
])('our own message answers nothing: %s', async (_, payload) => {
  const { clock, heard, ask } = await bench();
  const outcome = expect(ask(payload)).rejects.toMatchObject({ code: 'device-timeout' });
  await settle();
  expect(heard).toEqual(['on']);
  await clock.advance(100);
  await outcome;
});

test('what somebody else says on that topic does', async () => {
  const { hub, ask } = await bench();
  const answer = ask('on');
  await settle();
  hub.publish('lamp', Buffer.from('ON'), {});
  expect(await answer).toBe('on');
});

test('nor does our own message answer where answers come on the topic of the question, with its id', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect('near');
  const { context, told } = recordingContext(clock);
  const textOf = (payload: Uint8Array): string => Buffer.from(payload).toString();
  const idOf = ({ payload }: { readonly payload: Uint8Array }) => textOf(payload).split(' ')[0];
  const exchange = new RpcExchange(near, context, { idOf });
  await exchange.subscribe('lamp');
  let asked = '';
  const answer = exchange.request(
    messageCall({ connection: near, clock }).call,
    (id) => ({ topic: 'lamp', payload: (asked = `${id} on`) }),
    { read: ({ payload }) => textOf(payload) },
  );
  await settle();
  hub.publish('lamp', Buffer.from(`${asked}, done`), {});
  expect(await answer).toBe(`${asked}, done`);
  expect(told.unmatched).toEqual([]);
});
