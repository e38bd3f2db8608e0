import { describe, expect, test } from 'vitest';
import { messageCall, recordingContext } from '../../test/support/message-call.ts';
import { randomFrom } from '../../test/support/random.ts';
import { BellcrankError } from '../errors.ts';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import type { Message } from '../transport/connection.ts';
import { MemoryHub } from '../transport/memory.ts';
import { DryRunEnd } from './contract.ts';
import { RpcExchange, type RpcExchangeOptions } from './rpc.ts';
import { NumberedIds, RpcIds } from './rpc-ids.ts';

/** A dialect whose requests and answers are `<id> <text>`; its device answers when it is told to. */
async function bench(options: Partial<RpcExchangeOptions> = {}) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect('near');
  const far = hub.connect('far');
  const { context, told } = recordingContext(clock);
  const exchange = new RpcExchange(near, context, { idOf, ...options });
  await exchange.subscribe('reply/+');
  const asked: string[] = [];
  await far.subscribe('ask', (message) => void asked.push(idOf(message) ?? ''));
  const say = async (payload: string, retain = false): Promise<void> => {
    await far.publish('reply/us', payload, { retain });
    await settle();
  };
  const call = (extra: { dryRun?: boolean; sending?: () => Promise<void> } = {}) =>
    messageCall({ connection: near, clock, ...extra });
  const request = (
    it: ReturnType<typeof call>,
    extra: { final?: boolean | 'refusal'; timeoutMs?: number } = {},
  ): Promise<string> =>
    exchange.request(it.call, (id) => ({ topic: 'ask', payload: `${id} please` }), { read, ...extra });
  /** A command that gets no answer in its time; the id that it asked with. */
  const unanswered = async (final: boolean | 'refusal' = true) => {
    const it = call();
    const outcome = expect(request(it, { final, timeoutMs: 100 })).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(100);
    await outcome;
    return { ...it, asked: asked.at(-1) ?? '' };
  };
  return { clock, near, far, exchange, told, asked, say, call, request, unanswered };
}

const text = ({ payload }: Message): string => Buffer.from(payload).toString();
const idOf = (message: Message): string | undefined => /^(\S+) /.exec(text(message))?.[1];

function read(message: Message): string {
  const said = text(message).replace(/^\S+ /, '');
  if (said === 'no') throw new BellcrankError('device-refused', 'no', { device: { code: '1', text: 'no' } });
  if (said === 'bug') throw new TypeError('bug');
  return said;
}

describe('an answer', () => {
  test('is the one with the id of its request, in whatever order they come', async () => {
    const { request, call, say, asked, told } = await bench();
    const answers = ['a', 'b', 'c'].map(() => request(call()));
    await settle();
    expect(new Set(asked).size).toBe(3);
    for (const index of [2, 0, 1]) await say(`${asked[index]} ${index}`);
    expect(await Promise.all(answers)).toEqual(['0', '1', '2']);
    expect(told.unmatched).toEqual([]);
  });

  test('many at once, shuffled, each to its own', async () => {
    const { request, call, say, asked } = await bench({ maxWaiting: 100 });
    const random = randomFrom(7);
    const answers = Array.from({ length: 100 }, () => request(call()));
    await settle();
    const shuffled = asked.map((id, index) => ({ id, index, at: random() })).toSorted((one, two) => one.at - two.at);
    for (const { id, index } of shuffled) await say(`${id} ${index}`);
    expect(await Promise.all(answers)).toEqual(answers.map((_, index) => String(index)));
  });

  test('may be empty of a value', async () => {
    const { exchange, call, say, asked } = await bench();
    const answer = exchange.request(call().call, (id) => ({ topic: 'ask', payload: `${id} x` }), {
      read: () => undefined,
    });
    await settle();
    await say(`${asked[0]} x`);
    expect(await answer).toBeUndefined();
  });

  test('may refuse, which rejects its own request alone', async () => {
    const { request, call, say, asked } = await bench();
    const [first, second] = [request(call()), request(call())];
    await settle();
    const refused = expect(first).rejects.toMatchObject({ code: 'device-refused', device: { code: '1' } });
    await say(`${asked[0]} no`);
    await refused;
    await say(`${asked[1]} yes`);
    expect(await second).toBe('yes');
  });

  test('with another id, without one, or once more, is counted and answers nobody', async () => {
    const { request, call, say, asked, told } = await bench();
    const answer = request(call());
    await settle();
    await say('0 yes');
    await say('nothing');
    expect(told.unmatched).toEqual([`answer to nobody's request on reply/us`, 'message without an id on reply/us']);
    await say(`${asked[0]} yes`);
    await say(`${asked[0]} again`);
    expect(await answer).toBe('yes');
    expect(told.unmatched).toHaveLength(3);
  });

  test('that comes twice in one turn is one, and one too many', async () => {
    const { request, call, far, asked, told } = await bench();
    const answer = request(call());
    await settle();
    await Promise.all([far.publish('reply/us', `${asked[0]} yes`), far.publish('reply/us', `${asked[0]} no`)]);
    expect(await answer).toBe('yes');
    await settle();
    expect(told.unmatched).toHaveLength(1);
  });

  test('never is a retained message, whatever id it has', async () => {
    const { exchange, request, call, far, asked, told, clock } = await bench();
    const answer = request(call(), { timeoutMs: 100 });
    await settle();
    await far.publish('kept/us', `${asked[0]} yes`, { retain: true });
    await exchange.subscribe('kept/+');
    await settle();
    const outcome = expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(100);
    await outcome;
    expect(told.unmatched).toEqual(['retained message on kept/us']);
  });

  test('cannot come before the request has begun to leave', async () => {
    const recorded = Promise.withResolvers<void>();
    const { request, call, say, told, asked } = await bench({ ids: { next: () => '7' } });
    const answer = request(call({ sending: () => recorded.promise }));
    await say('7 guessed');
    expect(told.unmatched).toHaveLength(1);
    recorded.resolve();
    await settle();
    await say(`${asked[0]} yes`);
    expect(await answer).toBe('yes');
  });
});

describe('without an answer', () => {
  test('it times out at its time; nothing is left behind', async () => {
    const { request, call, clock } = await bench();
    let error: unknown;
    const answer = request(call()).catch((thrown: unknown) => (error = thrown));
    await clock.advance(1999);
    expect(error).toBeUndefined();
    await clock.advance(1);
    await answer;
    expect(error).toMatchObject({ code: 'device-timeout' });
    expect(clock.pendingTimers).toBe(0);
  });

  test('an abort rejects with its reason, a lost connection rejects all', async () => {
    const { request, call, near } = await bench();
    const aborted = call();
    const one = request(aborted);
    const others = [request(call()), request(call())];
    await settle();
    const reason = new BellcrankError('stopped', 'stop');
    aborted.abort(reason);
    await expect(one).rejects.toBe(reason);
    near.lose(new Error('cable'));
    for (const other of others) await expect(other).rejects.toMatchObject({ code: 'connection-lost' });
  });

  test('an aborted call publishes nothing, and requests that wait are bounded', async () => {
    const { request, call, near } = await bench({ maxWaiting: 2 });
    const aborted = call();
    aborted.abort(new BellcrankError('cancelled', 'cancelled'));
    await expect(request(aborted)).rejects.toMatchObject({ code: 'cancelled' });
    const waiting = [request(call()), request(call())].map((answer) => answer.catch(() => {}));
    const third = call();
    await expect(request(third)).rejects.toMatchObject({ code: 'busy' });
    expect([...aborted.published, ...third.published]).toEqual([]);
    await near.close();
    await Promise.all(waiting);
  });
});

describe('a late answer', () => {
  test('resolves its command, also after others were asked and answered', async () => {
    const it = await bench();
    const first = await it.unanswered();
    const second = await it.unanswered();
    for (let more = 0; more < 5; more++) {
      const answer = it.request(it.call());
      await settle();
      await it.say(`${it.asked.at(-1)} yes`);
      await answer;
    }
    await it.clock.advance(3_600_000);
    await it.say(`${first.asked} at last`);
    expect([first.late, second.late]).toEqual([['at last'], []]);
    await it.say(`${second.asked} no`);
    expect(second.late).toMatchObject([{ code: 'device-refused' }]);
    expect(it.told.unmatched).toEqual([]);
  });

  test('resolves once; what comes again is counted', async () => {
    const it = await bench();
    const { late, asked } = await it.unanswered();
    await it.say(`${asked} yes`);
    await it.say(`${asked} yes`);
    expect(late).toEqual(['yes']);
    expect(it.told.unmatched).toHaveLength(1);
  });

  test('that is retained resolves nothing', async () => {
    const it = await bench();
    const { late, asked } = await it.unanswered();
    await it.far.publish('old/us', `${asked} yes`, { retain: true });
    await it.exchange.subscribe('old/+');
    await settle();
    expect(late).toEqual([]);
  });

  test('in the middle of a handler tells a refusal and nothing else', async () => {
    const it = await bench();
    const [yes, no] = [await it.unanswered('refusal'), await it.unanswered('refusal')];
    await it.say(`${yes.asked} yes`);
    await it.say(`${no.asked} no`);
    expect(yes.late).toEqual([]);
    expect(no.late).toMatchObject([{ code: 'device-refused' }]);
  });

  test('of a question whose answer ends nothing, or that the driver fails on, is counted', async () => {
    const it = await bench();
    const [question, broken] = [await it.unanswered(false), await it.unanswered()];
    await it.say(`${question.asked} no`);
    await it.say(`${broken.asked} bug`);
    expect([question.late, broken.late]).toEqual([[], []]);
    expect(it.told.unmatched).toEqual(['late answer on reply/us', 'late answer on reply/us']);
  });

  test('also resolves a command that was aborted after it had left, and none that had not', async () => {
    const it = await bench();
    const left = it.call();
    const answer = it.request(left, { final: true });
    await settle();
    left.abort(new BellcrankError('device-timeout', 'deadline'));
    await expect(answer).rejects.toMatchObject({ code: 'device-timeout' });
    await it.say(`${it.asked[0]} yes`);
    expect(left.late).toEqual(['yes']);
    const recorded = Promise.withResolvers<void>();
    const kept = it.call({ sending: () => recorded.promise });
    const never = it.request(kept, { final: true });
    kept.abort(new BellcrankError('cancelled', 'cancelled'));
    recorded.resolve();
    await expect(never).rejects.toMatchObject({ code: 'cancelled' });
    expect(it.asked).toHaveLength(1);
  });

  test('is none to what never left', async () => {
    const recorded = Promise.withResolvers<void>();
    const it = await bench({ ids: { next: () => '7' } });
    const kept = it.call({ sending: () => recorded.promise });
    const never = it.request(kept, { final: true });
    kept.abort(new BellcrankError('cancelled', 'cancelled'));
    recorded.resolve();
    await expect(never).rejects.toMatchObject({ code: 'cancelled' });
    await it.say('7 guessed');
    expect(kept.late).toEqual([]);
    expect(it.told.unmatched).toHaveLength(1);
  });

  test('is not expected any more once the connection has gone', async () => {
    const it = await bench();
    const { late, asked } = await it.unanswered();
    it.near.lose(new Error('cable'));
    await settle();
    it.exchange.receive({ topic: 'reply/us', payload: Buffer.from(`${asked} yes`), retained: false });
    expect(late).toEqual([]);
    expect(it.told.unmatched).toHaveLength(1);
  });

  test('is expected of the last 256 at most', async () => {
    const it = await bench();
    const all = [];
    for (let count = 0; count < 257; count++) all.push(await it.unanswered());
    for (const { asked } of all) await it.say(`${asked} yes`);
    expect(all.map(({ late }) => late.length)).toEqual([0, ...Array.from({ length: 256 }, () => 1)]);
  });
});

test.each([true, false, 'refusal'] as const)('a dry run ends after the publish (final: %s)', async (final) => {
  const { request, call, asked } = await bench();
  const dry = call({ dryRun: true });
  const error: unknown = await request(dry, { final }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DryRunEnd);
  expect(error).toMatchObject({ complete: final === true });
  expect(dry.published).toHaveLength(1);
  expect(asked).toEqual([]);
});

test('is published with QoS 0, not retained, with what MQTT 5 carries', async () => {
  const { exchange, call, near } = await bench();
  const it = call();
  const correlationData = Uint8Array.of(1, 2);
  const publication = (id: string) => ({ topic: 'ask', payload: id, responseTopic: 'reply/us', correlationData });
  const answer = exchange.request(it.call, publication, { read }).catch(() => {});
  await settle();
  expect(it.published[0]?.options).toMatchObject({ qos: 0, responseTopic: 'reply/us', correlationData });
  expect(it.published[0]?.options?.retain ?? false).toBe(false);
  await near.close();
  await answer;
});

describe('ids', () => {
  test('never repeat, also not after a start anew', () => {
    const sources = [new RpcIds(), new RpcIds(), new NumberedIds(), new NumberedIds()];
    const all = sources.flatMap((source) => Array.from({ length: 1000 }, () => source.next()));
    expect(new Set(all).size).toBe(4000);
  });

  test('are whole numbers of 31 bits where they have to be', () => {
    const ids = new NumberedIds(() => Buffer.from('ffffffff', 'hex'));
    expect(Number(ids.next())).toBe(2 ** 30);
    expect(ids.next()).toBe(String(2 ** 30 + 1));
  });
});
