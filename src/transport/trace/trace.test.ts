import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { ByteConnection, Closed, MessageConnection, WriteOptions } from '../connection.ts';
import { MemoryHub, memoryBytes } from '../memory.ts';
import { ByteWrapper } from '../wrapper.ts';
import { traced, type TraceEntry, WireTrace } from './index.ts';

const limits = { entries: 10, bytes: 4000, payloadBytes: 100 };
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytes = (from: string): Uint8Array => Uint8Array.from(Buffer.from(from, 'latin1'));
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

function line() {
  const clock = new VirtualClock();
  const trace = new WireTrace(clock, limits);
  const { near, far } = memoryBytes('line');
  const strays: string[] = [];
  const connection = traced(near, trace, (what) => void strays.push(what)) as ByteConnection; // it was given bytes
  const entries = (device = 'any') => trace.read({ device, limit: 100 }).items;
  return { clock, trace, near, far, connection, strays, entries };
}

/** Begins a write when it is told to. */
class SlowBytes extends ByteWrapper {
  begin = (): void => {};

  write(_bytes: Uint8Array, _signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    this.begin = options?.onBegin ?? this.begin;
    return Promise.resolve();
  }
  onData(): () => void {
    return () => {};
  }
}

/** Lost from the start, for a reason that is not fit to print. */
class LostBytes extends SlowBytes {
  readonly #end = { lost: true, cause: new Error(`\u001b[2J${'x'.repeat(10_000)}`) };

  override get closed(): Promise<Closed> {
    return Promise.resolve(this.#end);
  }
}

/** As short as can be compared. */
function told(entry: TraceEntry): string {
  if (entry.kind === 'wire') return `! ${entry.what} ${entry.detail ?? ''}`.trim();
  const arrow = entry.kind === 'sent' ? '>' : '<';
  if ('bytes' in entry) return `${arrow} ${text(entry.bytes)}`;
  return `${arrow} ${entry.message.topic} ${text(entry.message.payload)} [${entry.devices.join()}]`;
}

describe('a byte stream', () => {
  test('what is sent and heard, in order, with its times, and whose it was', async () => {
    const { clock, connection, far, entries, trace } = line();
    far.onData(() => void far.write(bytes('OK')));
    connection.onData(() => {});
    await clock.advance(5);
    const cause = { device: 'psu', call: { kind: 'command', name: 'set', id: '1' } };
    await connection.write(bytes('SET'), undefined, { cause });
    await settle();
    await clock.advance(5);
    await connection.close();
    await settle();
    expect(entries().map(told)).toEqual(['! opened line', '> SET', '< OK', '! closed closed']);
    expect(entries()[1]).toMatchObject({ sequence: 2, device: 'psu', call: cause.call, time: clock.now() - 5 });
    const [opened, sent, heard, closed] = entries().map(({ at }) => at);
    expect([(sent ?? 0) - (opened ?? 0), heard === sent, (closed ?? 0) - (sent ?? 0)]).toEqual([5, true, 5]);
    expect(trace.read({ device: 'psu', command: '1', limit: 9 }).items.map(told)).toEqual(['> SET']);
    expect(trace.read({ device: 'psu', command: '2', limit: 9 }).items).toEqual([]);
  });

  test('a write is noted when its bytes are handed on, with what they were when it was asked for', async () => {
    const { clock, trace } = line();
    const slow = new SlowBytes(memoryBytes().near);
    const connection = traced(slow, trace, () => {}) as ByteConnection; // it was given bytes
    const data = bytes('A');
    const order: string[] = [];
    const read = () => trace.read({ device: 'any', limit: 9 }).items;
    void connection.write(data, undefined, { onBegin: () => void order.push(`begun, ${read().map(told).at(-1)}`) });
    data[0] = 0x42;
    await clock.advance(7);
    expect(read().map(told)).not.toContain('> A');
    slow.begin();
    expect(order).toEqual(['begun, > A']);
    expect(read().at(-1)?.at).toBe(clock.monotonic());
  });

  test('what is refused was not sent', async () => {
    const { connection, entries } = line();
    await expect(connection.write(bytes('X'), AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
    await connection.close();
    await expect(connection.write(bytes('Y'))).rejects.toMatchObject({ code: 'device-offline' });
    expect(entries().map(told)).toEqual(['! opened line', '! closed closed']);
    expect(connection.written).toBe(0);
  });

  test('many listeners hear a chunk, and it is noted once; a second one that is alike is noted, too', async () => {
    const { connection, far, entries } = line();
    const heard: string[] = [];
    for (const name of ['a', 'b', 'c']) connection.onData((chunk) => void heard.push(name + text(chunk)));
    await settle();
    await far.write(bytes('1'));
    await far.write(bytes('1'));
    await settle();
    expect(entries().map(told)).toEqual(['! opened line', '< 1', '< 1']);
    expect(heard).toEqual(['a1', 'b1', 'c1', 'a1', 'b1', 'c1']);
  });

  test('what nobody listens for any more is noted, and stray as ever; what comes before anybody listens is kept', async () => {
    const { connection, far, entries, strays } = line();
    await far.write(bytes('hello'));
    await settle();
    expect(entries().map(told)).toEqual(['! opened line']);
    const heard: string[] = [];
    const listen = () => connection.onData((chunk) => void heard.push(text(chunk)));
    const stop = listen();
    await settle();
    stop();
    stop();
    await far.write(bytes('late'));
    await settle();
    expect(heard).toEqual(['hello']);
    expect(strays).toEqual(['4 bytes that nobody was listening for']);
    listen();
    await far.write(bytes('again'));
    await settle();
    expect(heard).toEqual(['hello', 'again']);
    expect(strays).toHaveLength(1);
    expect(entries().map(told)).toEqual(['! opened line', '< hello', '< late', '< again']);
  });

  test('a listener that goes while it hears does not make a chunk two', async () => {
    const { connection, far, entries } = line();
    const stop = connection.onData(() => stop());
    connection.onData(() => {});
    await settle();
    await far.write(bytes('x'));
    await settle();
    expect(entries().map(told)).toEqual(['! opened line', '< x']);
  });

  test('what is lost is told with its cause, whatever that says', async () => {
    const { trace, entries } = line();
    const lost = new LostBytes(memoryBytes().near);
    traced(lost, trace, () => {});
    await settle();
    expect(entries().at(-1)).toMatchObject({ what: 'lost', detail: expect.stringMatching(/^\\u001b\[2Jx{400,500}$/) });
  });
});

describe('its bounds', () => {
  test('the newest entries are kept, and what is gone is counted', async () => {
    const { connection, trace, entries } = line();
    for (let index = 0; index < 25; index++) await connection.write(bytes(String(index)));
    expect(entries().map(told)).toEqual(Array.from({ length: 10 }, (_, index) => `> ${index + 15}`));
    const page = (since: number) => trace.read({ device: 'any', since, limit: 4 });
    expect(trace.read({ device: 'any', limit: 4 })).toMatchObject({ dropped: 16, next: 26 });
    expect(trace.read({ device: 'any', limit: 4 }).items.map(told)).toEqual(['> 21', '> 22', '> 23', '> 24']);
    expect(page(3)).toMatchObject({ dropped: 13, next: 20 });
    expect(page(3).items.map(told)).toEqual(['> 15', '> 16', '> 17', '> 18']);
    expect(page(20).items.map(told)).toEqual(['> 19', '> 20', '> 21', '> 22']);
    expect(page(24)).toMatchObject({ dropped: 0, next: 26 });
    expect(page(26)).toEqual({ items: [], dropped: 0, next: 26 });
    // What there has not been is of another run of the service: nothing of this one has been told.
    expect(page(1000)).toEqual(page(0));
  });

  test('many bytes push out what is older, and a long one is cut', async () => {
    const { connection, trace } = line();
    const whole: number[] = [];
    for (let index = 0; index < 9; index++) await connection.write(new Uint8Array(99).fill(index));
    expect(trace.read({ device: 'any', limit: 100 }).items).toHaveLength(10);
    const small = new WireTrace(new VirtualClock(), { ...limits, bytes: 600 });
    const { near, far } = memoryBytes('line');
    const other = traced(near, small, () => {}) as ByteConnection; // it was given bytes
    const unfollow = small.follow((_, all) => void whole.push(all.length));
    other.onData(() => {});
    await far.write(new Uint8Array(5000).fill(7));
    await settle();
    await other.write(new Uint8Array(100));
    const { items } = small.read({ device: 'any', limit: 100 });
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ cutFrom: 5000, bytes: new Uint8Array(100).fill(7) });
    expect(items[1]).toMatchObject({ cutFrom: undefined });
    expect(whole).toEqual([5000, 100]);
    unfollow();
    await other.write(bytes('x'));
    expect(whole).toHaveLength(2);
  });
});

describe('messages', () => {
  async function hub() {
    const clock = new VirtualClock();
    const trace = new WireTrace(clock, { ...limits, entries: 100, bytes: 100_000 });
    const broker = new MemoryHub();
    const connection = traced(broker.connect('hub'), trace, () => {});
    if (connection.shape !== 'messages') throw new Error('a hub carries messages');
    const entries = (device: string) => trace.read({ device, limit: 100 }).items.map(told).slice(1);
    const subscribe = (filter: string, device?: string) =>
      connection.subscribe(filter, () => {}, device === undefined ? {} : { cause: { device } });
    return { clock, trace, broker, connection, entries, subscribe };
  }

  test('what is heard is of those whose subscriptions heard it, and what is sent of the one whose call it was', async () => {
    const { broker, connection, entries, subscribe } = await hub();
    await subscribe('a/#', 'a');
    await subscribe('b', 'b');
    await subscribe('a/x', 'c');
    await subscribe('shared');
    broker.publish('a/x', bytes('1'));
    await settle();
    broker.publish('b', bytes('2'));
    await settle();
    broker.publish('shared', bytes('3'));
    await settle();
    await connection.publish('a/set', 'on', { cause: { device: 'a', call: { kind: 'command' } } });
    await settle();
    expect(entries('a')).toEqual(['< a/x 1 [c,a]', '< shared 3 []', '> a/set on [a]', '< a/set on [a]']);
    expect(entries('b')).toEqual(['< b 2 [b]', '< shared 3 []']);
    expect(entries('c')).toEqual(['< a/x 1 [c,a]', '< shared 3 []']);
  });

  test('two deliveries that are alike are two', async () => {
    const { broker, entries, subscribe } = await hub();
    await subscribe('a', 'a');
    const payload = bytes('1');
    broker.publish('a', payload);
    broker.publish('a', payload);
    await settle();
    expect(entries('a')).toEqual(['< a 1 [a]', '< a 1 [a]']);
  });

  test('a retained message that somebody hears later is another one', async () => {
    const { clock, broker, entries, subscribe } = await hub();
    broker.publish('a', bytes('1'), { retain: true });
    await subscribe('a', 'a');
    await settle();
    await clock.advance(10);
    await subscribe('a', 'b');
    await settle();
    expect(entries('a')).toEqual(['< a 1 [a]']);
    expect(entries('b')).toEqual(['< a 1 [b]']);
  });

  test('what many hear is everybody’s, with a bound on who is named', async () => {
    const { broker, entries, subscribe, trace } = await hub();
    let told = 0;
    trace.follow(() => told++);
    for (let index = 0; index < 200; index++) await subscribe('all', `d${index}`);
    broker.publish('all', bytes('1'));
    await settle();
    for (const device of ['d0', 'd60', 'd199']) expect(entries(device)).toEqual(['< all 1 []']);
    expect(told).toBeLessThan(60);
  });

  test('properties are kept as they left, and dropped where they are endless', async () => {
    const { connection, trace } = await hub();
    const options = { qos: 1, responseTopic: 'r', correlationData: bytes('id'), messageExpirySeconds: 3 } as const;
    await connection.publish('t', '1', { ...options, userProperties: { a: 'b' } });
    await connection.publish('t', '1', { userProperties: { a: 'x'.repeat(10_000) } });
    const sent = trace.read({ device: 'x', limit: 9 }).items.filter(({ kind }) => kind === 'sent');
    expect(sent[0]).toMatchObject({ message: { ...options, userProperties: { a: 'b' }, retained: false } });
    expect(sent[1]).toMatchObject({ cutFrom: 10_002, message: { payload: bytes('1') } });
    expect(sent[1]).not.toHaveProperty('message.userProperties');
  });

  test('MQTT 3.1.1 carries no properties', async () => {
    const { trace } = await hub();
    const under = new MemoryHub().connect();
    const old: MessageConnection = {
      shape: 'messages',
      protocolVersion: 4,
      label: 'old',
      closed: under.closed,
      isOpen: true,
      written: 0,
      publish: (...given) => under.publish(...given),
      subscribe: (...given) => under.subscribe(...given),
      close: () => under.close(),
    };
    const connection = traced(old, trace, () => {});
    if (connection.shape === 'messages') await connection.publish('t', '1', { messageExpirySeconds: 5, qos: 1 });
    expect(trace.read({ device: 'x', limit: 1 }).items[0]).toMatchObject({
      message: { topic: 't', payload: bytes('1'), retained: false, qos: 1 },
    });
    expect(trace.read({ device: 'x', limit: 1 }).items[0]).not.toHaveProperty('message.messageExpirySeconds');
  });

  test('what had to wait is noted with the time at which it was read', async () => {
    const { connection, trace } = await hub();
    const message = { topic: 'a', payload: bytes('1'), retained: false };
    trace.heard({ ...message, readEarlier: { written: 3, time: 5 } }, connection, 'a');
    const [entry] = trace.read({ device: 'a', limit: 1 }).items;
    expect(entry).toMatchObject({ time: 5, message });
    expect(entry).not.toHaveProperty('message.readEarlier');
  });

  test('a subscription that is heard is noted before whoever subscribed hears it', async () => {
    const { broker, connection, entries } = await hub();
    const seen: string[][] = [];
    await connection.subscribe('a', () => void seen.push(entries('a')), { cause: { device: 'a' } });
    broker.publish('a', bytes('1'));
    await settle();
    expect(seen).toEqual([['< a 1 [a]']]);
  });
});
