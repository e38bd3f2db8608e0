import { expect, test } from 'vitest';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { type Message, payloadFields } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { mqttRpcDriver } from './driver.ts';
import type { MqttRpcOptions } from './model.ts';

const boolean = { type: 'boolean' as const };
const state = { type: 'object' as const, properties: { on: boolean } };

const options: MqttRpcOptions = {
  device: 'd1',
  correlation: 'field',
  request: 'd/{device}/rpc',
  response: 'd/{device}/answer',
  replyTimeoutMs: 300,
  methods: {
    park: { summary: 'Park', effect: 'actuate' },
    off: { summary: 'Off', effect: 'idempotent' },
    wink: { summary: 'Wink', effect: 'actuate', noAnswer: true },
    set: {
      summary: 'Set',
      effect: 'idempotent',
      params: { properties: { on: boolean, fade: boolean } },
      result: state,
      confirmedBy: { on: '/on' },
    },
  },
  stop: [{ command: 'park' }, { command: 'off' }, { command: 'wink' }],
};

/** A device that answers as the test says: nothing, an error's code, or a result. */
async function attached(answers: Readonly<Record<string, number | object>>, its: Partial<MqttRpcOptions> = {}) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const heard: string[] = [];
  const answer = async ({ payload }: Message): Promise<void> => {
    const { id, method } = payloadFields(payload) ?? {};
    heard.push(String(method));
    const said = answers[String(method)];
    if (said === undefined) return;
    const more = typeof said === 'number' ? { error: { code: said } } : { result: said };
    await far.publish('d/d1/answer', JSON.stringify({ id, ...more }));
  };
  await far.subscribe('d/d1/rpc', (message) => void answer(message));
  const { context } = recordingContext(clock, undefined, sharedOn(near, clock));
  const session = await mqttRpcDriver.attach(near, { ...options, ...its }, context);
  return { session, heard, clock, call: messageCall({ connection: near, clock }) };
}

async function stop({ session, call, clock }: Awaited<ReturnType<typeof attached>>): Promise<unknown> {
  // Erased handlers take `never`.
  const stopped = session.stop?.(call.call as never).catch((error: unknown) => error);
  await clock.advance(300);
  return await stopped;
}

test('a stop whose first message is not answered sends the others all the same', async () => {
  const it = await attached({ off: {} });
  expect(await stop(it)).toMatchObject({ code: 'device-timeout' });
  expect(it.heard).toEqual(['park', 'off', 'wink']);
  expect(it.call.confirmed).toEqual([]);
});

test('a stop whose first message is refused sends the others, and was not refused as a whole', async () => {
  const it = await attached({ park: 409, off: {} });
  expect(await stop(it)).toMatchObject({ code: 'device-failed', device: { code: '409' } });
  expect(it.heard).toEqual(['park', 'off', 'wink']);
});

test('a stop is worth the weakest of its messages', async () => {
  const it = await attached({ park: {}, off: {} });
  expect(await stop(it)).toBeUndefined();
  expect(it.call.confirmed.map(({ level }) => level)).toEqual(['sent']);
});

test.each([
  [{ on: true }, 'confirmed'],
  [{ on: true, fade: true }, 'confirmed'],
  [{ fade: true }, 'acknowledged'],
  [{}, 'acknowledged'],
] as const)('an answer to %j is worth %s: it reports `on` alone', async (params, level) => {
  const { session, call } = await attached({ set: { on: true } });
  await runCommand(session, 'set', params, call);
  expect(call.confirmed.map((its) => its.level)).toEqual([level]);
});

test('a stop that gives no parameter whose state is reported is not confirmed', async () => {
  const it = await attached({ set: { on: true } }, { stop: [{ command: 'set', params: { fade: true } }] });
  await stop(it);
  expect(it.call.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
});

test.each([
  ['one topic for both', { request: 'd/{device}/rpc', response: 'd/{device}/rpc' }],
  ['a method that is called as the topic of answers', { request: 'd/{device}/{method}', response: 'd/{device}/off' }],
  ['ids in one topic', { correlation: 'topic', request: 'd/rpc/{id}', response: 'd/rpc/{id}' }],
] as const)('%s: our own request would be the answer, so it is refused', async (_, topics) => {
  await expect(attached({}, topics)).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('go where its answers come') as unknown,
  });
  await settle();
});
