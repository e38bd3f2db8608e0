import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isTopic, matchesFilter } from '../../src/transport/topic-filter.ts';
import { brokers } from '../wire/brokers.ts';
import { type Bench, bench, type BenchDevice, type Broker } from '../support/mqtt/bench.ts';
import { hubBroker, realBroker } from '../support/mqtt/brokers.ts';
import type { Dialect } from '../support/mqtt/dialect.ts';
import { virtualTime } from '../support/suite-time.ts';

const ready = ({ time }: Bench, { device }: BenchDevice): Promise<void> => time.until(() => device.state === 'ready');

/** Its far end has it. */
const has = ({ time }: Bench, { steering }: BenchDevice, value: unknown): Promise<void> =>
  time.until(() => isDeepStrictEqual(steering.value(), value));

/** What devices that are broken, or others who publish there, might say. */
const hostile: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array(0)],
  ['half of an object', Buffer.from('{"a":')],
  ['bytes that are no text', Uint8Array.of(0xff, 0x00, 0xfe, 0x80)],
  ['a number', Buffer.from('1e999')],
  ['null', Buffer.from('null')],
  ['an array', Buffer.from('[[]]')],
  ['deep nesting', Buffer.from('['.repeat(20_000))],
  ['names of prototypes', Buffer.from('{"__proto__":{"on":true},"constructor":1,"id":"__proto__"}')],
  ['10 MB of one letter', Buffer.alloc(10_000_000, 'x')],
  ['10 MB of JSON', Buffer.from(JSON.stringify({ a: 'x'.repeat(10_000_000) }))],
];

/** What every dialect must do alike, over every broker. */
export function messageDeviceConformance(dialect: Dialect): void {
  const versions = dialect.protocolVersions ?? [4, 5];
  describe(`${dialect.name} over the memory hub`, () => {
    everywhere(dialect, async () => hubBroker(virtualTime()));
    echoes(dialect, async () => hubBroker(virtualTime()));
    connectionTrouble(dialect, async () => hubBroker(virtualTime()));
    inMemory(dialect, async () => hubBroker(virtualTime()));
  });
  for (const { name, skip, start, protocolVersion } of brokers) {
    if (!versions.includes(protocolVersion)) continue;
    describe.skipIf(skip)(`${dialect.name} over ${name}`, () => {
      everywhere(dialect, async () => realBroker(await start(), protocolVersion));
    });
  }
}

type Start = () => Promise<Broker>;

function knows({ device }: BenchDevice, command: string): boolean {
  const { commands, properties } = device.model;
  return Object.hasOwn(commands, command) || Object.hasOwn(properties, command.replace(/^write:/, ''));
}

async function oneOf(dialect: Dialect, start: Start): Promise<{ its: Bench; lamp: BenchDevice }> {
  const its = await bench(dialect, await start());
  const [lamp] = its.devices;
  if (lamp === undefined) throw new Error('there is no device');
  await ready(its, lamp);
  // What describes a device in several messages is ready with the first.
  await its.time.until(() => knows(lamp, dialect.set.command));
  return { its, lamp };
}

function everywhere(dialect: Dialect, start: Start): void {
  const { set } = dialect;
  const [first, second] = set.values;

  test('does what it is told and says how far it is known', async () => {
    const { its, lamp } = await oneOf(dialect, start);
    for (const value of [first, second, first]) {
      const record = await its.set(lamp, value);
      expect(record).toMatchObject({ outcome: 'succeeded', confirmation: set.confirmation });
      await has(its, lamp, value);
    }
  });

  test('a value that it has already', async () => {
    const { its, lamp } = await oneOf(dialect, start);
    await its.set(lamp, first);
    expect(await its.set(lamp, first)).toMatchObject({ outcome: set.again ?? 'succeeded' });
    expect(lamp.steering.value()).toEqual(first);
  });

  test('publishes commands that no broker keeps, to topics that are topics', async () => {
    const { its, lamp } = await oneOf(dialect, start);
    const before = its.tap.published.length;
    await its.set(lamp, first);
    await its.set(lamp, second);
    const published = its.tap.published.slice(before);
    expect(published.length).toBeGreaterThanOrEqual(2);
    for (const { topic, options } of its.tap.published) {
      expect(isTopic(topic), topic).toBe(true);
      expect(options?.retain ?? false, topic).toBe(false);
      expect(options?.qos ?? 0, topic).toBe(0);
    }
  });

  test('what its schema refuses is never published', async () => {
    const { its, lamp } = await oneOf(dialect, start);
    const before = its.tap.published.length;
    for (const value of [set.invalid, { constructor: 1 }, undefined]) {
      await expect(its.set(lamp, value)).rejects.toMatchObject({ code: 'invalid-request' });
    }
    expect(its.tap.published).toHaveLength(before);
  });

  silence(dialect, start);
  presence(dialect, start);
}

function silence(dialect: Dialect, start: Start): void {
  const { set } = dialect;
  const [first, second] = set.values;

  test('silence is unknown, and it works again afterwards', { timeout: 20_000 }, async () => {
    const { its, lamp } = await oneOf(dialect, start);
    await its.set(lamp, first);
    lamp.mute(true);
    const record = await its.set(lamp, second);
    if (set.confirmation === 'sent') expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'sent' });
    else expect(record).toMatchObject({ outcome: 'unknown' });
    lamp.mute(false);
    await backInStep(its, lamp, first);
  });
}

/** After trouble: it is ready, and does as it is told; a device that has to be noticed first takes its time. */
async function backInStep(its: Bench, lamp: BenchDevice, value: unknown): Promise<void> {
  // What is being described anew has nothing yet that could be set.
  const isDone = (): Promise<boolean> =>
    its.set(lamp, value).then(
      ({ outcome }) => outcome === 'succeeded',
      () => false,
    );
  await its.time.until(isDone);
  await ready(its, lamp);
  await has(its, lamp, value);
}

function presence(dialect: Dialect, start: Start): void {
  const [first, second] = dialect.set.values;

  test('a device that says it is away is told nothing, and works when it is back', { timeout: 20_000 }, async (run) => {
    const { its, lamp } = await oneOf(dialect, start);
    const { leave, come } = lamp.steering;
    if (leave === undefined || come === undefined) {
      run.skip('nothing in this dialect tells of its presence');
      return;
    }
    await its.set(lamp, first);
    leave.call(lamp.steering);
    await its.time.until(() => lamp.device.state === 'offline');
    const before = its.tap.published.length;
    const refused = { outcome: 'not-sent', reason: 'offline', error: { code: 'device-offline' } };
    expect(await its.set(lamp, second)).toMatchObject(refused);
    expect(its.tap.published).toHaveLength(before);
    come.call(lamp.steering);
    await ready(its, lamp);
    await backInStep(its, lamp, second);
  });
}

/** What was said before is said again. */
function echoes(dialect: Dialect, start: Start): void {
  const { set } = dialect;
  const [first, second] = set.values;

  /** Sets a value while it is mute, and at once has the broker say what it said before. */
  async function withAnEcho(retained: boolean): Promise<unknown> {
    const { its, lamp } = await oneOf(dialect, start);
    await its.set(lamp, second);
    const from = its.tap.heard.length;
    await its.set(lamp, first);
    const says = its.tap.heard.slice(from).filter(({ topic }) => matchesFilter(dialect.says(lamp.id), topic));
    expect(says.length, 'it answered on its topics').toBeGreaterThan(0);
    await its.set(lamp, second);
    lamp.mute(true);
    const before = its.tap.published.length;
    const outcome = its.submit(lamp, first);
    await its.time.until(() => its.tap.published.length > before);
    for (const message of says) its.tap.inject({ ...message, retained });
    return await its.time.settled(outcome);
  }

  test.skipIf(set.confirmation === 'sent')('what the broker had kept confirms nothing', async () => {
    expect(await withAnEcho(true)).toMatchObject({ outcome: 'unknown' });
  });

  test.skipIf(set.confirmation === 'sent')('the very same, live, is an answer unless answers have ids', async () => {
    const outcome = dialect.correlated === true ? 'unknown' : 'succeeded';
    expect(await withAnEcho(false)).toMatchObject({ outcome });
  });
}

function inMemory(dialect: Dialect, start: Start): void {
  const [first, second] = dialect.set.values;

  test.each(hostile)('survives %s on each of its topics', { timeout: 20_000 }, async (_, payload) => {
    const { its, lamp } = await oneOf(dialect, start);
    await its.set(lamp, first);
    const topics = new Set(its.tap.heard.map(({ topic }) => topic));
    expect(topics.size).toBeGreaterThan(0);
    for (const topic of topics) {
      for (const retained of [false, true]) its.tap.inject({ topic, payload, retained });
    }
    // What it takes for the end of its description or its presence is mended when the device tells anew.
    lamp.steering.come?.();
    await backInStep(its, lamp, second);
  });

  test('a message for one device wakes no other', async () => {
    const { its, lamp } = await oneOf(dialect, start);
    const calls = async (): Promise<number> => {
      await its.set(lamp, second);
      const before = its.tap.calls;
      await its.set(lamp, first);
      return its.tap.calls - before;
    };
    const alone = await calls();
    for (let more = 0; more < 3; more++) await ready(its, await its.add());
    expect(await calls()).toBeLessThanOrEqual(alone);
  });

  test('a stop goes through, latches, and is released', async (run) => {
    const { its, lamp } = await oneOf(dialect, start);
    if (lamp.device.model.stop === undefined) {
      run.skip('there is no way to make it safe');
      return;
    }
    await its.set(lamp, first);
    await its.time.settled(its.control.stops.stop(lamp.id, { by: 'test' }));
    expect(lamp.device.latched).toBe(true);
    await expect(its.set(lamp, second)).rejects.toMatchObject({ code: 'stopped' });
    await its.time.settled(its.control.stops.release(lamp.id, 'test'));
    await backInStep(its, lamp, second);
  });
}

function connectionTrouble(dialect: Dialect, start: Start): void {
  const { set } = dialect;
  const [first, second] = set.values;

  test('a connection that goes amid a command: unknown, and nothing is sent again', { timeout: 20_000 }, async () => {
    const { its, lamp } = await oneOf(dialect, start);
    await its.set(lamp, first);
    lamp.mute(true);
    const before = its.tap.published.length;
    const outcome = its.submit(lamp, second);
    await its.time.until(() => its.tap.published.length > before);
    const old = its.tap;
    await its.time.settled(lamp.device.reconnect('a test'));
    if (set.confirmation !== 'sent') expect(await its.time.settled(outcome)).toMatchObject({ outcome: 'unknown' });
    lamp.mute(false);
    await its.time.until(() => its.tap !== old);
    await backInStep(its, lamp, first);
  });

  test('while there is no connection nothing is sent', async () => {
    const { its, lamp } = await oneOf(dialect, start);
    await its.set(lamp, first);
    const { tap } = its;
    await tap.close();
    const before = tap.published.length;
    expect(await its.set(lamp, second)).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
    expect(tap.published).toHaveLength(before);
    expect(lamp.steering.value()).toEqual(first);
  });
}
