import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { messageCall, recordingContext } from '../../test/support/message-call.ts';
import { BellcrankError } from '../errors.ts';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import type { Message, PublishOptions } from '../transport/connection.ts';
import { MemoryHub } from '../transport/memory.ts';
import { DryRunEnd } from './contract.ts';
import { TopicExchange, type TopicExchangeOptions } from './topic.ts';

/** A clock whose process was stalled: input that had arrived is read in the turn after the timers. */
class StallableClock extends VirtualClock {
  arriving: () => Promise<void> = () => Promise.resolve();

  override async ioTurn(): Promise<void> {
    await this.arriving();
    await super.ioTurn();
  }
}

/** A dialect that answers `echo/<anything>` on `echo/reply` with the same payload, unless silenced. */
async function bench(options: TopicExchangeOptions = {}) {
  const clock = new StallableClock();
  const hub = new MemoryHub();
  const near = hub.connect('near');
  const far = hub.connect('far');
  const { context, told } = recordingContext(clock);
  const exchange = new TopicExchange(near, context, options);
  await exchange.subscribe('reply/#');
  const device = { silent: false, heard: [] as Message[] };
  await far.subscribe('ask/#', (message) => {
    device.heard.push(message);
    if (!device.silent) void far.publish('reply/text', message.payload);
  });
  const say = async (payload: string, topic = 'reply/text', retain = false): Promise<void> => {
    await far.publish(topic, payload, { retain });
    await settle();
  };
  const call = (extra: { dryRun?: boolean; sending?: () => Promise<void> } = {}) =>
    messageCall({ connection: near, clock, ...extra });
  return { clock, hub, near, far, exchange, told, device, say, call };
}

const text = ({ payload }: Message): string => Buffer.from(payload).toString();
const is =
  (wanted: string) =>
  (message: Message): string | undefined =>
    text(message) === wanted ? wanted : undefined;
const ask = (payload: string) => ({ topic: 'ask/it', payload });

describe('an answer', () => {
  test('is the first message that matches', async () => {
    const { exchange, call, told } = await bench();
    expect(await exchange.request(call().call, ask('a'), { match: is('a') })).toBe('a');
    expect(told.unmatched).toEqual([]);
  });

  test('is published once, with QoS 0 and not retained unless asked', async () => {
    const { exchange, call } = await bench();
    const one = call();
    await exchange.request(one.call, ask('a'), { match: is('a') });
    expect(one.published).toMatchObject([{ topic: 'ask/it', payload: 'a', options: { qos: 0 } }]);
    expect(one.published[0]?.options?.retain ?? false).toBe(false);
    const two = call();
    await exchange.request(two.call, { ...ask('b'), qos: 1 }, { match: is('b') });
    expect(two.published[0]?.options).toMatchObject({ qos: 1 });
  });

  test('does not come from a message that does not match; that one is counted', async () => {
    const { exchange, call, device, say, told } = await bench();
    device.silent = true;
    const answer = exchange.request(call().call, ask('a'), { match: is('a') });
    await settle();
    await say('b');
    await say('a');
    expect(await answer).toBe('a');
    expect(told.unmatched).toEqual(['message on reply/text']);
  });

  test('does not come from what was said before the publish began', async () => {
    const { exchange, call, device, say, clock } = await bench();
    device.silent = true;
    const recorded = Promise.withResolvers<void>();
    const asked = call({ sending: () => recorded.promise });
    const answer = exchange.request(asked.call, ask('a'), { match: is('a'), timeoutMs: 100 });
    await say('a');
    recorded.resolve();
    await settle();
    const outcome = expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(100);
    await outcome;
  });

  test('does not come from what was said before, even if others publish on the connection meanwhile', async () => {
    const { exchange, call, device, say, clock, near } = await bench();
    device.silent = true;
    const recorded = Promise.withResolvers<void>();
    const answer = exchange.request(call({ sending: () => recorded.promise }).call, ask('a'), {
      match: is('a'),
      timeoutMs: 100,
    });
    await near.publish('another/device', 'x');
    await say('a');
    recorded.resolve();
    await settle();
    const outcome = expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(100);
    await outcome;
  });

  test('never comes from a retained message', async () => {
    const { exchange, call, device, say, clock, told } = await bench();
    device.silent = true;
    await say('a', 'kept/text', true);
    const answer = exchange.request(call().call, ask('a'), { match: is('a'), timeoutMs: 100 });
    const outcome = expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
    await settle();
    await exchange.subscribe('kept/#');
    await clock.advance(100);
    await outcome;
    expect(told.unmatched).toEqual([]);
  });

  test('may be a refusal, which rejects the request', async () => {
    const { exchange, call } = await bench();
    const match = (): undefined => {
      throw new BellcrankError('device-refused', 'no');
    };
    await expect(exchange.request(call().call, ask('a'), { match })).rejects.toMatchObject({ code: 'device-refused' });
  });

  test('settles one request only', async () => {
    const { exchange, call, device, say } = await bench();
    device.silent = true;
    const first = exchange.request(call().call, ask('1'), { match: is('a') });
    const second = exchange.request(call().call, ask('2'), { match: is('a') });
    await settle();
    let settled = 0;
    void first.then(() => settled++);
    void second.then(() => settled++);
    await say('a');
    expect(settled).toBe(1);
    await say('a');
    expect(settled).toBe(2);
  });

  test('that comes twice in one turn answers two requests', async () => {
    const { exchange, call, device, far } = await bench();
    device.silent = true;
    const answers = ['1', '2'].map((payload) => exchange.request(call().call, ask(payload), { match: is('a') }));
    await settle();
    await Promise.all([far.publish('reply/text', 'a'), far.publish('reply/text', 'a')]);
    expect(await Promise.all(answers)).toEqual(['a', 'a']);
  });

  test('stands when the call is aborted in the same turn', async () => {
    const { exchange, call, device, far, say, told } = await bench();
    device.silent = true;
    const asked = call();
    exchange.on('reply/now', () => asked.abort(new BellcrankError('cancelled', 'cancelled')));
    const answer = exchange.request(asked.call, ask('a'), { match: is('a') });
    await settle();
    await far.publish('reply/now', 'a');
    expect(await answer).toBe('a');
    await say('a');
    expect(told.unmatched).toEqual(['message on reply/text']);
  });

  test('that overtakes a failing handshake still counts', async () => {
    const { exchange, call, near, say } = await bench();
    const asked = call();
    const wire = {
      publish: async (_topic: string, _payload: Uint8Array | string, options?: PublishOptions) => {
        await near.publish('elsewhere', '', options);
        await say('a');
        throw new BellcrankError('connection-lost', 'no acknowledgement');
      },
    };
    expect(await exchange.request({ ...asked.call, wire }, ask('a'), { match: is('a') })).toBe('a');
  });
});

describe('without an answer', () => {
  let it: Awaited<ReturnType<typeof bench>>;
  beforeEach(async () => {
    it = await bench();
    it.device.silent = true;
  });
  afterEach(() => expect(it.clock.pendingTimers).toBe(0));

  test('the request times out at its time and not before', async () => {
    let error: unknown;
    const answer = it.exchange.request(it.call().call, ask('a'), { match: is('a') }).catch((e: unknown) => (error = e));
    await it.clock.advance(1999);
    expect(error).toBeUndefined();
    await it.clock.advance(1);
    await answer;
    expect(error).toMatchObject({ code: 'device-timeout', message: 'no answer to ask/it within 2000 ms' });
  });

  test('an answer that had reached the process when the timer fired still counts', async () => {
    const { clock, exchange, call, far } = it;
    clock.arriving = () => far.publish('reply/text', 'a');
    const answer = exchange.request(call().call, ask('a'), { match: is('a'), timeoutMs: 10 });
    await clock.advance(10);
    expect(await answer).toBe('a');
  });

  test('an abort rejects with its reason', async () => {
    const asked = it.call();
    const answer = it.exchange.request(asked.call, ask('a'), { match: is('a') });
    await settle();
    const reason = new BellcrankError('stopped', 'stop');
    asked.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  test('an aborted call publishes nothing', async () => {
    const asked = it.call();
    asked.abort(new BellcrankError('cancelled', 'cancelled'));
    await expect(it.exchange.request(asked.call, ask('a'), { match: is('a') })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(asked.published).toEqual([]);
    let published = false;
    const wire = { publish: async () => void (published = true) };
    await expect(it.exchange.request({ ...asked.call, wire }, ask('a'), { match: is('a') })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(published).toBe(false);
  });

  test('a lost connection rejects every request at once', async () => {
    const requests = ['a', 'b'].map((payload) => it.exchange.request(it.call().call, ask(payload), { match: is('z') }));
    await settle();
    it.near.lose(new Error('cable'));
    for (const request of requests) await expect(request).rejects.toMatchObject({ code: 'connection-lost' });
  });

  test('a publish that is refused rejects as it does', async () => {
    await it.near.close();
    const request = it.exchange.request(it.call().call, ask('a'), { match: is('a') });
    await expect(request).rejects.toMatchObject({ code: 'device-offline' });
  });

  test('requests that wait are bounded', async () => {
    const requests = Array.from({ length: 32 }, () =>
      it.exchange.request(it.call().call, ask('a'), { match: is('a') }).catch(() => {}),
    );
    const asked = it.call();
    await expect(it.exchange.request(asked.call, ask('a'), { match: is('a') })).rejects.toMatchObject({ code: 'busy' });
    expect(asked.published).toEqual([]);
    await it.near.close();
    await Promise.all(requests);
  });
});

describe('a late answer', () => {
  const timeOut = async (it: Awaited<ReturnType<typeof bench>>, payload: string, final = true) => {
    it.device.silent = true;
    const asked = it.call();
    const answer = it.exchange.request(asked.call, ask(payload), { match: is(payload), final, timeoutMs: 100 });
    const outcome = expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
    await it.clock.advance(100);
    await outcome;
    return asked;
  };

  test('resolves its command where the dialect leaves no doubt', async () => {
    const it = await bench({ lateByContent: true });
    const asked = await timeOut(it, 'a');
    await it.say('a');
    expect(asked.late).toEqual(['a']);
    await it.say('a');
    expect(asked.late).toEqual(['a']);
    expect(it.told.unmatched).toEqual(['message on reply/text']);
  });

  test('may be a refusal', async () => {
    const it = await bench({ lateByContent: true });
    it.device.silent = true;
    const asked = it.call();
    const refusal = new BellcrankError('device-refused', 'no');
    const match = (): undefined => {
      throw refusal;
    };
    const outcome = expect(
      it.exchange.request(asked.call, ask('a'), { match, final: true, timeoutMs: 100 }),
    ).rejects.toMatchObject({ code: 'device-timeout' });
    await it.clock.advance(100);
    await outcome;
    await it.say('a');
    expect(asked.late).toEqual([refusal]);
  });

  test('that breaks the driver resolves nothing', async () => {
    const it = await bench({ lateByContent: true });
    it.device.silent = true;
    const asked = it.call();
    const match = (): undefined => {
      throw new TypeError('bug');
    };
    const answer = it.exchange.request(asked.call, ask('a'), { match, final: true, timeoutMs: 100 });
    const outcome = expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
    await it.clock.advance(100);
    await outcome;
    await it.say('a');
    expect(asked.late).toEqual([]);
    expect(it.told.unmatched).toEqual(['late answer on reply/text']);
  });

  test('is expected of the last eight requests at most', async () => {
    const it = await bench();
    for (let n = 1; n <= 9; n++) await timeOut(it, String(n));
    await it.say('1');
    await it.say('2');
    expect(it.told.unmatched).toEqual(['message on reply/text', 'late answer on reply/text']);
  });

  test('also resolves a command that was aborted after it had left', async () => {
    const it = await bench({ lateByContent: true });
    it.device.silent = true;
    const asked = it.call();
    const answer = it.exchange.request(asked.call, ask('a'), { match: is('a'), final: true });
    await settle();
    asked.abort(new BellcrankError('device-timeout', 'deadline'));
    await expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
    await it.say('a');
    expect(asked.late).toEqual(['a']);
  });

  test('by default is counted and resolves nothing: anybody could have caused it', async () => {
    const it = await bench();
    const asked = await timeOut(it, 'a');
    await it.say('a');
    expect(asked.late).toEqual([]);
    expect(it.told.unmatched).toEqual(['late answer on reply/text']);
  });

  test('of an exchange in the middle of a handler resolves nothing', async () => {
    const it = await bench({ lateByContent: true });
    const asked = await timeOut(it, 'a', false);
    await it.say('a');
    expect(asked.late).toEqual([]);
    expect(it.told.unmatched).toEqual(['late answer on reply/text']);
  });

  test('resolves nothing once something further was published', async () => {
    const it = await bench({ lateByContent: true });
    const asked = await timeOut(it, 'a');
    it.device.silent = false;
    await it.exchange.request(it.call().call, ask('b'), { match: is('b') });
    await it.say('a');
    expect(asked.late).toEqual([]);
    expect(it.told.unmatched).toEqual(['late answer on reply/text']);
  });

  test('still resolves after a dry run, which publishes nothing', async () => {
    const it = await bench({ lateByContent: true });
    const asked = await timeOut(it, 'a');
    await it.exchange.request(it.call({ dryRun: true }).call, ask('b'), { match: is('b') }).catch(() => {});
    await it.say('a');
    expect(asked.late).toEqual(['a']);
  });

  test('is like any other message after `forget`', async () => {
    const it = await bench({ lateByContent: true });
    const asked = await timeOut(it, 'a');
    it.exchange.forget();
    await it.say('a');
    expect(asked.late).toEqual([]);
    expect(it.told.unmatched).toEqual(['message on reply/text']);
  });

  test('never answers another request that waits', async () => {
    const it = await bench({ lateByContent: true });
    const first = await timeOut(it, 'a');
    const second = it.call();
    const answer = it.exchange.request(second.call, ask('b'), { match: is('b'), final: true });
    await settle();
    await it.say('a');
    await it.say('b');
    expect(await answer).toBe('b');
    expect(first.late).toEqual([]);
  });

  test('is not waited for when the command had not begun to leave', async () => {
    const it = await bench({ lateByContent: true });
    const recorded = Promise.withResolvers<void>();
    const asked = it.call({ sending: () => recorded.promise });
    const answer = it.exchange.request(asked.call, ask('a'), { match: is('a'), final: true });
    asked.abort(new BellcrankError('cancelled', 'cancelled'));
    recorded.resolve();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    await it.say('a');
    expect(asked.late).toEqual([]);
  });
});

describe('a dry run', () => {
  test.each([true, false])('ends after the publish, complete %s as the exchange is final', async (final) => {
    const { exchange, call, device } = await bench();
    const dry = call({ dryRun: true });
    const error: unknown = await exchange
      .request(dry.call, ask('a'), { match: is('a'), final })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DryRunEnd);
    expect(error).toMatchObject({ complete: final });
    expect(dry.published).toHaveLength(1);
    expect(device.heard).toEqual([]);
  });
});

describe('listeners', () => {
  test('hear every fitting message, the answers and the retained ones too, until they stop', async () => {
    const { exchange, call, say } = await bench();
    const heard: string[] = [];
    const stop = exchange.on('reply/+', (message) => heard.push(`${text(message)} ${message.retained}`));
    await exchange.request(call().call, ask('a'), { match: is('a') });
    await say('b', 'kept/text', true);
    exchange.on('kept/text', (message) => heard.push(`${text(message)} ${message.retained}`));
    await exchange.subscribe('kept/#');
    await settle();
    stop();
    await say('c');
    expect(heard).toEqual(['a false', 'b true']);
  });

  test('make a message known, so it is not counted', async () => {
    const { exchange, say, told } = await bench();
    exchange.on('reply/text', () => {});
    await say('b');
    await say('b', 'reply/other');
    expect(told.unmatched).toEqual(['message on reply/other']);
  });

  test('that throw stop neither the others nor the connection', async () => {
    const { exchange, say, told } = await bench();
    const heard: string[] = [];
    exchange.on('reply/#', () => {
      throw new Error('bug');
    });
    exchange.on('reply/#', (message) => heard.push(text(message)));
    await say('a');
    expect(heard).toEqual(['a']);
    expect(told.errors).toEqual(['a message listener failed']);
  });

  test('hear nothing any more once unsubscribed', async () => {
    const { exchange, far } = await bench();
    const heard: string[] = [];
    exchange.on('more/#', (message) => heard.push(text(message)));
    const unsubscribe = await exchange.subscribe('more/#');
    await far.publish('more/x', '1');
    await settle();
    await unsubscribe();
    await far.publish('more/x', '2');
    await settle();
    expect(heard).toEqual(['1']);
  });
});
