import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../../../src/transport/memory.ts';
import { messageCall, readProperty, recordingContext, runCommand } from '../../../../test/support/message-call.ts';
import { topicMapOf } from '../../../../test/support/topic-map-texts.ts';
import { topicMapDriver } from '../driver.ts';

const text = `
model: device
summary: A device
options: { topic: { type: string, default: d } }
topics: { replyTimeoutMs: 500 }
errors: [{ topic: '{topic}/no', json: { code: /code, text: /text } }]
properties:
  on:
    schema: { type: boolean }
    pushed: { topic: '{topic}/state', json: /on }
    read: { send: { topic: '{topic}/get' }, reply: state }
    write: { send: { topic: '{topic}/set', payload: { on: '{value}' } }, reply: state }
  kept: { schema: { type: number }, pushed: { topic: '{topic}/kept', payload: '{value}', retained: true } }
  level:
    schema: { type: integer }
    pushed: { topic: '{topic}/level', payload: '{value:%d}' }
    write: { send: { topic: '{topic}/level/set', payload: '{value:%d}' }, reply: state, optimistic: true }
commands:
  name: { effect: idempotent, params: { part: { type: string }, name: { type: string } }, send: { topic: '{topic}/{part}/name', payload: '{name}' } }
  two:
    effect: actuate
    result: { a: { type: integer }, b: { type: integer } }
    steps:
      - { send: { topic: '{topic}/one' }, reply: { topic: '{topic}/one/ok', payload: '{a:%d}' } }
      - { send: { topic: '{topic}/two' }, reply: { topic: '{topic}/two/ok', payload: '{b:%d}' } }
  dose: { effect: actuate, params: { ml: { type: number } }, send: { topic: '{topic}/dose', payload: { ml: '{ml}' } }, reply: { topic: '{topic}/dosed', json: { ml: /ml } } }
  ask:
    effect: read
    result: { v: { type: integer } }
    send: { topic: '{topic}/ask', payload: { id: '{id}' } }
    reply: { topic: '{topic}/answer', json: { id: /id, v: /v } }
events: { pressed: { topic: '{topic}/pressed' } }
`;

async function bench() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const far = hub.connect();
  const asked: { topic: string; payload: string }[] = [];
  /** What it answers, by topic. */
  const answers = new Map<string, (payload: string) => readonly (readonly [string, string])[]>();
  await far.subscribe('d/#', ({ topic, payload }) => {
    const said = Buffer.from(payload).toString();
    const answer = answers.get(topic);
    if (answer === undefined) return;
    asked.push({ topic, payload: said });
    for (const [to, what] of answer(said)) void far.publish(to, what);
  });
  const { context, told } = recordingContext(clock);
  const session = await topicMapDriver(topicMapOf(text)).attach(near, {}, context);
  const call = () => messageCall({ connection: near, clock });
  /** Lets microtasks of the hub pass. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const say = async (topic: string, payload: string, retain = false): Promise<void> => {
    await far.publish(topic, payload, { retain });
    await settle();
  };
  // Erased handlers take `never`.
  const write = (name: string, value: unknown, with_ = call()): Promise<unknown> =>
    session.write?.[name]?.(value as never, with_.call as never) ?? Promise.reject(new Error('no write'));
  return { clock, hub, near, far, asked, answers, told, session, call, say, settle, write };
}

describe('retained messages', () => {
  test('tell nothing unless the definition says so, and are counted', async () => {
    const { hub, told, settle } = await (async () => {
      const one = await bench();
      one.hub.publish('d/state', Buffer.from('{"on":true}'), { retain: true });
      one.hub.publish('d/kept', Buffer.from('7'), { retain: true });
      return one;
    })();
    const { context, told: second } = recordingContext(new VirtualClock());
    await topicMapDriver(topicMapOf(text)).attach(hub.connect(), {}, context);
    await settle();
    expect(second.value('on')).toBeUndefined();
    expect(second.value('kept')).toBe(7);
    expect(second.unmatched).toEqual(['retained message on d/state']);
    expect(told.value('on')).toBe(true);
  });

  test('are no events', async () => {
    const { hub } = await bench();
    hub.publish('d/pressed', Buffer.from(''), { retain: false });
    hub.publish('d/pressed', Buffer.from('x'), { retain: true });
    const { context, told } = recordingContext(new VirtualClock());
    await topicMapDriver(topicMapOf(text)).attach(hub.connect(), {}, context);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told.events).toEqual([]);
  });
});

test('what is not what the definition says is counted, and believed by nobody', async () => {
  const { say, told } = await bench();
  await say('d/level', 'much');
  await say('d/state', '{"off":1}');
  expect(told.reports).toEqual([]);
  expect(told.unmatched).toEqual([
    'message on d/level that the definition does not explain',
    'message on d/state that the definition does not explain',
  ]);
});

test('null is not known', async () => {
  const { say, told } = await bench();
  await say('d/state', '{"on":null}');
  expect(told.losses.map(({ property }) => property)).toEqual(['on']);
});

describe('a state confirms', () => {
  test('only as it was asked for, live and afterwards', async () => {
    const { answers, write, call, say } = await bench();
    await say('d/state', '{"on":false}');
    answers.set('d/set', () => [
      ['d/state', '{"on":false}'],
      ['d/state', '{"on":true}'],
    ]);
    const one = call();
    await write('on', true, one);
    expect(one.confirmed).toEqual([{ level: 'confirmed', evidence: { topic: 'd/state', payload: '{"on":true}' } }]);
  });

  test('and another one does not', async () => {
    const { answers, write, call, clock, settle } = await bench();
    answers.set('d/set', () => [['d/state', '{"on":false}']]);
    const one = call();
    const ended = expect(write('on', true, one)).rejects.toMatchObject({ code: 'device-timeout' });
    await settle();
    await clock.advance(500);
    await ended;
    expect(one.confirmed).toEqual([]);
  });

  test('nothing but acknowledges where the device is optimistic', async () => {
    const { answers, write, call } = await bench();
    answers.set('d/level/set', (payload) => [['d/level', payload]]);
    const one = call();
    await write('level', 5, one);
    expect(one.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
  });

  test('by being asked, where it is so already', async () => {
    const { answers, asked, write, call, say } = await bench();
    await say('d/state', '{"on":true}');
    answers.set('d/set', () => []);
    answers.set('d/get', () => [['d/state', '{"on":true}']]);
    const one = call();
    await write('on', true, one);
    expect(asked.map(({ topic }) => topic)).toEqual(['d/set', 'd/get']);
    expect(one.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
  });

  test('and not if it tells another one then', async () => {
    const { answers, write, call, say } = await bench();
    await say('d/state', '{"on":true}');
    answers.set('d/set', () => []);
    answers.set('d/get', () => [['d/state', '{"on":false}']]);
    const one = call();
    await expect(write('on', true, one)).rejects.toMatchObject({ code: 'device-protocol' });
    expect(one.confirmed).toEqual([]);
  });
});

describe('a value that would be another topic', () => {
  test.each(['a/b', 'a+', '#', '', 'a\0b'])('%j is refused, and nothing is published', async (part) => {
    const { session, call } = await bench();
    const one = call();
    await expect(runCommand(session, 'name', { part, name: 'x' }, one)).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(one.published).toEqual([]);
  });

  test('is no other payload', async () => {
    const { session, call } = await bench();
    const one = call();
    await runCommand(session, 'name', { part: 'a', name: 'ä/+#' }, one);
    expect(one.published).toMatchObject([{ topic: 'd/a/name', payload: 'ä/+#', options: { qos: 0 } }]);
    expect(one.published[0]?.options?.retain ?? false).toBe(false);
  });
});

describe('several steps', () => {
  test('tell their results together', async () => {
    const { answers, session, call } = await bench();
    answers.set('d/one', () => [['d/one/ok', '1']]);
    answers.set('d/two', () => [['d/two/ok', '2']]);
    expect(await runCommand(session, 'two', {}, call())).toEqual({ a: 1, b: 2 });
  });

  test.each([
    ['d/one', 'device-refused', 'refused'],
    ['d/two', 'device-failed', 'failed'],
  ])('a no to %s is %s', async (step, code, outcome) => {
    const { answers, session, call } = await bench();
    answers.set('d/one', () => [['d/one/ok', '1']]);
    answers.set(step, () => [['d/no', '{"code":4,"text":"locked"}']]);
    const ended = runCommand(session, 'two', {}, call());
    await expect(ended).rejects.toMatchObject({ code, outcome, device: { code: '4', text: 'locked' } });
  });
});

test('an answer comes on its own topic, and tells what was asked for', async () => {
  const { answers, session, call } = await bench();
  answers.set('d/one', () => [
    ['d/two/ok', '9'],
    ['d/one/ok', '1'],
  ]);
  answers.set('d/two', () => [['d/two/ok', '2']]);
  expect(await runCommand(session, 'two', {}, call())).toEqual({ a: 1, b: 2 });
  answers.set('d/dose', () => [
    ['d/dosed', '{"ml":1}'],
    ['d/dosed', '{"ml":2}'],
  ]);
  const one = call();
  await runCommand(session, 'dose', { ml: 2 }, one);
  expect(one.confirmed).toEqual([{ level: 'acknowledged', evidence: { topic: 'd/dosed', payload: '{"ml":2}' } }]);
});

describe('an answer with an id', () => {
  test('answers its own question, in any order, and late', async () => {
    const { answers, session, call, say, settle, clock, told } = await bench();
    const ids: number[] = [];
    answers.set('d/ask', (payload) => {
      ids.push((JSON.parse(payload) as { id: number }).id);
      return [];
    });
    const [first, second] = [call(), call()];
    const ending = runCommand(session, 'ask', {}, first).catch((error: unknown) => error);
    await settle();
    await clock.advance(500);
    expect(await ending).toMatchObject({ code: 'device-timeout' });
    const other = runCommand(session, 'ask', {}, second);
    await settle();
    await say('d/answer', JSON.stringify({ id: ids[0], v: 1 }));
    await say('d/answer', JSON.stringify({ id: 5, v: 9 }));
    await say('d/answer', '{"v":9}');
    await say('d/answer', JSON.stringify({ id: ids[1], v: 2 }));
    expect(await other).toEqual({ v: 2 });
    expect(first.late).toEqual([{ v: 1 }]);
    expect(told.unmatched).toEqual([`answer to nobody's request on d/answer`, 'message without an id on d/answer']);
  });

  test('that is nonsense is no silence', async () => {
    const { answers, session, call } = await bench();
    answers.set('d/ask', (payload) => [['d/answer', payload]]);
    await expect(runCommand(session, 'ask', {}, call())).rejects.toMatchObject({ code: 'device-protocol' });
  });
});

test('what is read is told by the state that follows the question', async () => {
  const { answers, session, call } = await bench();
  answers.set('d/get', () => [['d/state', '{"on":true}']]);
  expect(await readProperty(session, 'on', call())).toBe(true);
});

test('a device that is one of thousands shares its map with them', () => {
  const source = topicMapOf(text);
  expect(source.compile({ topic: 'a' }).map).toBe(source.compile({ topic: 'b' }).map);
  expect(topicMapDriver(source).address?.({ topic: 'a' })).not.toBe(topicMapDriver(source).address?.({ topic: 'b' }));
});

test('MQTT 3.1.1 carries no correlation data, and the device is not attached by it', async () => {
  const source = topicMapOf(`
model: five
summary: Five
topics: {}
commands: { go: { effect: actuate, send: { topic: a }, reply: { topic: b }, correlate: mqtt5 } }
`);
  const near = Object.create(new MemoryHub().connect(), {
    protocolVersion: { value: 4 },
    closed: { value: new Promise(() => {}) },
  }) as ReturnType<MemoryHub['connect']>;
  const { context } = recordingContext(new VirtualClock());
  await expect(topicMapDriver(source).attach(near, {}, context)).rejects.toThrow(/protocolVersion: 5/);
});
