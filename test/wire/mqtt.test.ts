import { describe, expect, test, vi } from 'vitest';
import type { Message, MessageConnection } from '../../src/transport/connection.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { brokers } from './brokers.ts';
import { MqttProxy } from './mqtt-proxy.ts';
import { everyByte, openContext, openMessages, rejection } from './support.ts';

/** Everything that comes on a filter, as `topic=payload`, retained ones with an `r` in front. */
async function heardBy(connection: MessageConnection, filter: string): Promise<string[]> {
  const heard: string[] = [];
  await connection.subscribe(filter, (message) => heard.push(told(message)));
  return heard;
}

function told({ topic, payload, retained }: Message): string {
  return `${retained ? 'r ' : ''}${topic}=${Buffer.from(payload).toString()}`;
}

describe.each(brokers.filter(({ skip }) => !skip))('$name', ({ start, protocolVersion }) => {
  async function connect(url: string): Promise<MessageConnection> {
    return openMessages(mqtt, { url, protocolVersion });
  }

  test.each([0, 1, 2] as const)('every byte value passes at QoS %i', async (qos) => {
    const { url } = await start();
    const [near, far] = [await connect(url), await connect(url)];
    const heard: Message[] = [];
    await far.subscribe('bytes', (message) => heard.push(message), { qos: qos === 0 ? 0 : 1 });
    await near.publish('bytes', everyByte, { qos });
    await vi.waitFor(() => expect(heard).toEqual([{ topic: 'bytes', payload: everyByte, retained: false }]));
  });

  test('what the broker had stored is flagged, what is live is not', async () => {
    const { url } = await start();
    const near = await connect(url);
    const early = await heardBy(near, 'state');
    await near.publish('state', 'on', { retain: true, qos: 1 });
    await vi.waitFor(() => expect(early).toEqual(['state=on']));
    const late = await heardBy(await connect(url), 'state');
    await vi.waitFor(() => expect(late).toEqual(['r state=on']));
    await near.publish('state', 'off', { retain: true, qos: 1 });
    await vi.waitFor(() => expect(late).toEqual(['r state=on', 'state=off']));
  });

  test('each listener of overlapping filters hears each message once', async () => {
    const { url } = await start();
    const near = await connect(url);
    const heard = await Promise.all(['a/#', 'a/+', '+/b', 'a/b', 'other'].map((filter) => heardBy(near, filter)));
    await near.publish('a/b', '1');
    await near.publish('a/b', '2', { qos: 1 });
    await near.publish('other', 'end', { qos: 1 });
    await vi.waitFor(() => expect(heard[4]).toEqual(['other=end']));
    expect(heard.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => ['a/b=1', 'a/b=2']));
  });

  test('a second listener of the same filter hears what is retained too', async () => {
    const { url } = await start();
    const near = await connect(url);
    await near.publish('state', 'on', { retain: true, qos: 1 });
    const first = await heardBy(near, 'state');
    await vi.waitFor(() => expect(first).toEqual(['r state=on']));
    const second = await heardBy(near, 'state');
    await vi.waitFor(() => expect(second).toEqual(['r state=on']));
  });

  test('a filter is given up with its last listener', async () => {
    const { url, port } = await start();
    const proxy = await MqttProxy.start(port);
    const near = await connect(proxy.url);
    const other = await connect(url);
    const [first, second, marker]: [string[], string[], string[]] = [[], [], []];
    const stopFirst = await near.subscribe('state', (message) => first.push(told(message)));
    const stopSecond = await near.subscribe('state', (message) => second.push(told(message)));
    await near.subscribe('marker', (message) => marker.push(told(message)));
    await stopFirst();
    await stopFirst();
    expect(proxy.sent.filter((packet) => packet === 'unsubscribe')).toEqual([]);
    await other.publish('state', '1');
    await vi.waitFor(() => expect(second).toEqual(['state=1']));
    await stopSecond();
    expect(proxy.sent.filter((packet) => packet === 'unsubscribe')).toHaveLength(1);
    await other.publish('state', '2');
    await other.publish('marker', 'end');
    await vi.waitFor(() => expect(marker).toEqual(['marker=end']));
    expect([first, second]).toEqual([[], ['state=1']]);
  });

  test('a listener that throws breaks no other', async () => {
    const { url } = await start();
    const context = openContext();
    const near = await openMessages(mqtt, { url, protocolVersion }, context);
    await near.subscribe('state', () => {
      throw new Error('broken listener');
    });
    const heard = await heardBy(near, 'state');
    await near.publish('state', '1');
    await near.publish('state', '2');
    await vi.waitFor(() => expect(heard).toEqual(['state=1', 'state=2']));
    expect(context.strays).toEqual(['a listener threw: broken listener', 'a listener threw: broken listener']);
  });

  test('a broker that goes away ends the connection once, and nothing is published until the next one', async () => {
    const broker = await start();
    const before = await connect(broker.url);
    const closed = vi.fn();
    void before.closed.then(closed);
    await broker.stop();
    expect(await before.closed).toMatchObject({ lost: true });
    const refused = [0, 1, 2].map((qos) => rejection(before.publish('stale', `${qos}`, { qos: qos as 0 | 1 | 2 })));
    for (const outcome of refused) expect(await outcome).toMatchObject({ code: 'device-offline' });
    expect(await rejection(connect(broker.url))).toMatchObject({ code: 'device-offline' });
    await broker.start();
    const proxy = await MqttProxy.start(broker.port);
    const heard = await heardBy(await connect(broker.url), '#');
    const after = await connect(proxy.url);
    expect(await rejection(before.publish('stale', 'x', { qos: 1 }))).toMatchObject({ code: 'device-offline' });
    await after.publish('fresh', 'x', { qos: 1 });
    await vi.waitFor(() => expect(heard).toContain('fresh=x'));
    expect(heard).toEqual(['fresh=x']);
    expect(proxy.sent).toEqual(['connect', 'publish fresh']);
    expect(closed).toHaveBeenCalledOnce();
  });

  test.each([
    ['puback', 1],
    ['pubrec', 2],
    ['pubcomp', 2],
  ] as const)('a link cut just before %s loses the publish, and nothing repeats it', async (packet, qos) => {
    const { url, port } = await start();
    const proxy = await MqttProxy.start(port);
    const heard = await heardBy(await connect(url), '#');
    const before = await connect(proxy.url);
    proxy.cutBefore = packet;
    expect(await rejection(before.publish('cut', 'x', { qos }))).toMatchObject({ code: 'connection-lost' });
    expect(await before.closed).toMatchObject({ lost: true });
    await before.close();
    const sent = proxy.sent.length;
    const after = await connect(proxy.url);
    await after.publish('marker', '1', { qos: 1 });
    await after.publish('marker', '2', { qos: 2 });
    await vi.waitFor(() => expect(heard).toContain('marker=2'));
    expect(proxy.sent.slice(sent)).toEqual(['connect', 'publish marker', 'publish marker', 'pubrel']);
    expect(heard.filter((message) => message === 'cut=x').length).toBeLessThanOrEqual(1);
  });

  test('everything pending is settled when the link is cut', async () => {
    const { port } = await start();
    const proxy = await MqttProxy.start(port);
    const near = await connect(proxy.url);
    proxy.holdBack = 'puback';
    const first = rejection(near.publish('a', '1', { qos: 1 }));
    const second = rejection(near.publish('a', '2', { qos: 1 }));
    await vi.waitFor(() => expect(proxy.held).toBe(2));
    proxy.holdBack = 'suback';
    const third = rejection(near.subscribe('b', () => {}));
    await vi.waitFor(() => expect(proxy.held).toBe(3));
    proxy.close();
    for (const outcome of [first, second, third]) expect(await outcome).toMatchObject({ code: 'connection-lost' });
  });

  test('an abort after the message left keeps the connection, and its late answer answers nothing', async () => {
    const { port } = await start();
    const proxy = await MqttProxy.start(port);
    const near = await connect(proxy.url);
    const heard = await heardBy(near, '#');
    proxy.holdBack = 'puback';
    const abort = new AbortController();
    const reason = new Error('deadline');
    const publishing = rejection(near.publish('a', '1', { qos: 1 }, abort.signal));
    await vi.waitFor(() => expect(proxy.held).toBe(1));
    abort.abort(reason);
    expect(await publishing).toBe(reason);
    expect(near.isOpen).toBe(true);
    proxy.release();
    await near.publish('a', '2', { qos: 1 });
    await vi.waitFor(() => expect(heard).toEqual(['a=1', 'a=2']));
  });

  test('an abort before the broker confirmed a QoS 2 message never releases it', async () => {
    const { url, port } = await start();
    const proxy = await MqttProxy.start(port);
    const heard = await heardBy(await connect(url), 'marker');
    const near = await connect(proxy.url);
    proxy.holdBack = 'pubrec';
    const abort = new AbortController();
    const publishing = rejection(near.publish('a', '1', { qos: 2 }, abort.signal));
    await vi.waitFor(() => expect(proxy.held).toBe(1));
    abort.abort(new Error('deadline'));
    await publishing;
    expect(await near.closed).toMatchObject({ lost: false });
    proxy.release();
    const after = await connect(proxy.url);
    await after.publish('marker', 'x');
    await vi.waitFor(() => expect(heard).toEqual(['marker=x']));
    expect(proxy.sent).toEqual(['connect', 'publish a', 'connect', 'publish marker']);
  });

  test('an abort with bytes still held cuts the connection, and nothing of the message arrives', async () => {
    const { url, port } = await start();
    const proxy = await MqttProxy.start(port);
    const heard = await heardBy(await connect(url), '#');
    const near = await connect(proxy.url);
    proxy.deafen();
    const abort = new AbortController();
    const publishing = rejection(near.publish('big', new Uint8Array(32 * 1024 * 1024), {}, abort.signal));
    await new Promise<void>((resolve) => setImmediate(resolve));
    abort.abort(new Error('deadline'));
    await publishing;
    expect(await near.closed).toMatchObject({ lost: false });
    const after = await connect(url);
    await after.publish('marker', 'x');
    await vi.waitFor(() => expect(heard).toContain('marker=x'));
    expect(heard).toEqual(['marker=x']);
  });

  test('a dead broker is noticed by the keep-alive', async () => {
    const { port } = await start();
    const proxy = await MqttProxy.start(port);
    const near = await openMessages(mqtt, { url: proxy.url, protocolVersion, keepaliveSeconds: 1 });
    proxy.holdBack = 'pingresp';
    expect(await near.closed).toMatchObject({ lost: true });
  });

  test('closing says goodbye, is idempotent, and ends what was subscribed', async () => {
    const { port } = await start();
    const proxy = await MqttProxy.start(port);
    const near = await connect(proxy.url);
    const stop = await near.subscribe('a', () => {});
    await Promise.all([near.close(), near.close()]);
    expect(await near.closed).toMatchObject({ lost: false });
    await stop();
    expect(proxy.sent).toEqual(['connect', 'subscribe', 'disconnect']);
    expect(await rejection(near.subscribe('a', () => {}))).toMatchObject({ code: 'device-offline' });
  });

  test('an open that was given up leaves nothing behind', async () => {
    const { port } = await start();
    const proxy = await MqttProxy.start(port);
    proxy.holdBack = 'connack';
    const abort = new AbortController();
    const opening = rejection(mqtt.open({ url: proxy.url, protocolVersion }, openContext(abort.signal)));
    await vi.waitFor(() => expect(proxy.held).toBe(1));
    const reason = new Error('given up');
    abort.abort(reason);
    expect(await opening).toBe(reason);
  });

  test('a broker that accepts nobody in time is offline', async () => {
    const { port } = await start();
    const proxy = await MqttProxy.start(port);
    proxy.holdBack = 'connack';
    const settings = { url: proxy.url, protocolVersion, connectTimeoutMs: 50 };
    expect(await rejection(mqtt.open(settings, openContext()))).toMatchObject({
      code: 'device-offline',
      message: expect.stringContaining('50 ms'),
    });
  });

  test('a broker that does not answer a subscription is a timeout', async () => {
    const { port } = await start();
    const proxy = await MqttProxy.start(port);
    const near = await openMessages(mqtt, { url: proxy.url, protocolVersion, connectTimeoutMs: 300 });
    proxy.holdBack = 'suback';
    expect(await rejection(near.subscribe('a', () => {}))).toMatchObject({ code: 'device-timeout' });
    expect(near.isOpen).toBe(true);
  });

  test.each(['', 'a/+', '#', 'a\0b'])('%j is no topic to publish to, and the connection survives it', async (topic) => {
    const { url } = await start();
    const near = await connect(url);
    expect(await rejection(near.publish(topic, 'x'))).toMatchObject({ code: 'invalid-request' });
    await near.publish('fine', 'x', { qos: 1 });
  });
});
