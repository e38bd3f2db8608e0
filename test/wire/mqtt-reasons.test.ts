import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { mqtt } from '../../src/transport/mqtt.ts';
import { needs } from '../support/needs.ts';
import { startMosquitto } from './mosquitto.ts';
import { openContext, openMessages, rejection } from './support.ts';

/** A broker that says what it is told to, by hand. */
async function puppet(protocolVersion: 4 | 5) {
  const joined = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.once('data', () => joined.resolve(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // a server on a port has one once it listens
  const say = async (packet: Packet | Uint8Array): Promise<void> => {
    const bytes = packet instanceof Uint8Array ? packet : generate(packet, { protocolVersion });
    (await joined.promise).write(bytes);
  };
  const accept = (): Promise<void> =>
    say({ cmd: 'connack', sessionPresent: false, ...(protocolVersion === 5 ? { reasonCode: 0 } : { returnCode: 0 }) });
  return { settings: { url: `mqtt://127.0.0.1:${port}`, protocolVersion }, say, accept };
}

test.each([
  [4, 1, 'protocolVersion'],
  [4, 2, 'clientId'],
  [4, 3, 'not available'],
  [4, 4, 'user name or password'],
  [4, 5, 'access rules'],
  [5, 132, 'protocolVersion'],
  [5, 133, 'clientId'],
  [5, 134, 'user name or password'],
  [5, 135, 'access rules'],
  [5, 136, 'not available'],
  [5, 138, 'banned'],
  [5, 151, 'quota'],
  [5, 200, 'no reason that is known'],
] as const)('version %i: a connection refused with %i says what to do', async (version, code, words) => {
  const { settings, say } = await puppet(version);
  const opening = rejection(mqtt.open(settings, openContext()));
  await say({
    cmd: 'connack',
    sessionPresent: false,
    ...(version === 5 ? { reasonCode: code } : { returnCode: code }),
  });
  expect(await opening).toMatchObject({
    code: 'device-offline',
    message: expect.stringContaining(words),
    device: { code: String(code) },
  });
});

test('what answers in another language than MQTT is told, and what to look at', async () => {
  const { settings, say } = await puppet(4);
  const opening = rejection(mqtt.open(settings, openContext()));
  await say(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(await opening).toMatchObject({
    message: expect.stringMatching(/does not speak MQTT .* is it the right port/),
  });
});

test('a broker that hangs up on TLS is told, and what to look at', async () => {
  const server = createServer((socket) => void socket.once('data', () => socket.resetAndDestroy()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // a server on a port has one once it listens
  const opening = rejection(mqtt.open({ url: `mqtts://127.0.0.1:${port}` }, openContext()));
  expect(await opening).toMatchObject({ message: expect.stringContaining('with or without TLS') });
});

test.each([
  [139, 'shutting down'],
  [142, 'another client with the id “bench” has taken the session; give each its own clientId'],
  [150, 'rate'],
  [161, 'no reason that is known'],
])('a connection that the broker ends with %i says why', async (reasonCode, words) => {
  const { settings, say, accept } = await puppet(5);
  void accept();
  const near = await openMessages(mqtt, { ...settings, clientId: 'bench' });
  await say({ cmd: 'disconnect', reasonCode });
  expect(await near.closed).toMatchObject({ lost: true, cause: { message: expect.stringContaining(words) } });
});

test.each([
  ['a packet of no known type', [0x00, 0x00]],
  ['a PUBLISH with QoS 3', [0x36, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01]],
  ['a PUBLISH that is shorter than its topic', [0x30, 0x03, 0x00, 0x09, 0x61]],
  ['a SUBACK to nothing', [0x90, 0x03, 0x00, 0x07, 0x80]],
  ['a length without end', [0x30, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['text', [...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
])('%s never ends the process, and a connection that it ends says so', async (name, bytes) => {
  const { settings, say, accept } = await puppet(4);
  void accept();
  const near = await openMessages(mqtt, settings);
  await say(Uint8Array.from(bytes));
  if (name === 'a SUBACK to nothing') {
    await near.publish('still', 'there');
    return;
  }
  const { lost, cause } = await near.closed;
  expect(lost).toBe(true);
  expect(cause.message).toContain('is not MQTT');
});

describe.each([4, 5] as const)('version %i', (protocolVersion) => {
  test('what is no topic, or longer than wanted, is dropped and reported, and the connection lives', async () => {
    const { settings, say, accept } = await puppet(protocolVersion);
    void accept();
    const troubles: string[] = [];
    const context = { ...openContext(), onTrouble: (what: string) => void troubles.push(what) };
    const near = await openMessages(mqtt, { ...settings, maxPayloadBytes: 1024 }, context);
    const tell = (topic: string, length: number): Promise<void> =>
      say({ cmd: 'publish', topic, payload: Buffer.alloc(length), qos: 0, dup: false, retain: false });
    for (const length of [1024, 1025, 1026]) await tell('big', length);
    await vi.waitFor(() => expect(context.strays).toHaveLength(3));
    expect(context.strays).toEqual([
      'a message on big that nobody had asked for',
      'a message of 1025 bytes on big, more than maxPayloadBytes',
      'a message of 1026 bytes on big, more than maxPayloadBytes',
    ]);
    expect(troubles).toEqual([expect.stringContaining('1025 bytes on big')]);
    expect(near.isOpen).toBe(true);
  });
});

describe.skipIf(!needs('mosquitto', 'what a real broker says'))('Mosquitto', () => {
  test.each([4, 5] as const)('a session that is taken over says so (version %i)', async (protocolVersion) => {
    const { port } = await startMosquitto();
    const settings = { url: `mqtt://127.0.0.1:${port}`, protocolVersion, clientId: 'bench' };
    const first = await openMessages(mqtt, settings);
    const second = await openMessages(mqtt, settings);
    const { lost, cause } = await first.closed;
    expect(lost).toBe(true);
    expect(cause.message).toContain('another client with the id “bench”');
    expect(second.isOpen).toBe(true);
  });

  test('on MQTT 5 a broker keeps to itself what is longer than wanted', async () => {
    const { port } = await startMosquitto();
    const settings = { url: `mqtt://127.0.0.1:${port}`, protocolVersion: 5 };
    const context = openContext();
    const near = await openMessages(mqtt, { ...settings, maxPayloadBytes: 1024 }, context);
    const far = await openMessages(mqtt, settings);
    const heard: number[] = [];
    await near.subscribe('a', ({ payload }) => heard.push(payload.length));
    await far.publish('a', new Uint8Array(200_000), { qos: 1 });
    await far.publish('a', new Uint8Array(1024), { qos: 1 });
    await vi.waitFor(() => expect(heard).toEqual([1024]));
    expect(context.strays).toEqual([]);
  });

  test('that nobody is subscribed is known, and no error', async () => {
    const { port } = await startMosquitto();
    const context = openContext();
    const near = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${port}`, protocolVersion: 5 }, context);
    await near.publish('lonely', 'x', { qos: 1 });
    expect(context.strays).toEqual(['nobody is subscribed to lonely']);
    await near.subscribe('lonely', () => {});
    await near.publish('lonely', 'x', { qos: 1 });
    expect(context.strays).toHaveLength(1);
  });
});
