import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mqtt } from '../../src/transport/mqtt.ts';
import { type Packet, PacketReader } from './mqtt-packets.ts';
import { openMessages, rejection } from './support.ts';

/** A broker of MQTT 5 by hand: it says these properties when it accepts a client, and acknowledges nothing by itself. */
async function brokerThatSays(...properties: number[]) {
  const published: Packet[] = [];
  const released: Packet[] = [];
  let client: Socket | undefined;
  const server = createServer((socket) => {
    client = socket;
    const reader = new PacketReader();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const packet of reader.read(chunk)) {
        // CONNACK (MQTT 5.0 §3.2): accepted, no session.
        const accepted = [0x20, 3 + properties.length, 0, 0, properties.length, ...properties];
        if (packet.type === 'connect') socket.write(Uint8Array.from(accepted));
        if (packet.type === 'publish') published.push(packet);
        if (packet.type === 'pubrel') released.push(packet);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    client?.destroy();
    server.close();
  });
  // A server that listens on TCP has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const near = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${port}`, protocolVersion: 5 });
  const qosOf = ({ bytes }: Packet): number => (bytes.readUInt8(0) >> 1) & 3;
  return {
    near,
    /** The QoS of each PUBLISH that has come. */
    published: () => published.map(qosOf),
    released: () => released.length,
    size: () => published.at(-1)?.bytes.length,
    /** A packet about the first or that one, whose identifier stands behind a topic of one character: PUBACK (§3.4), PUBREC, PUBCOMP. */
    say: (type: number, at = 0, ...reason: number[]) =>
      client?.write(Uint8Array.of(type, 2 + reason.length, ...(published[at]?.bytes.subarray(5, 7) ?? []), ...reason)),
  };
}

test('a packet that is longer than the broker takes is not sent, and the connection stays', async () => {
  const { near, published, size } = await brokerThatSays(0x27, 0, 0, 0, 100);
  const properties = { responseTopic: 'r', correlationData: 'cc', contentType: 't', messageExpirySeconds: 9 } as const;
  const others = { ...properties, correlationData: Buffer.from('cc'), userProperties: { k: 'v' } };
  expect(await rejection(near.publish('a', Buffer.alloc(200), {}))).toMatchObject({
    code: 'device-refused',
    device: { code: '149' },
    message: expect.stringContaining('100 bytes at most'),
  });
  await near.publish('a', Buffer.alloc(100 - 8));
  await vi.waitFor(() => expect(size()).toBe(98));
  await near.publish('a', Buffer.alloc(100 - 8 - 25), others);
  await vi.waitFor(() => expect(published()).toHaveLength(2));
  expect(size()).toBe(98);
  expect((await rejection(near.publish('a', Buffer.alloc(100 - 7)))) as Error).toMatchObject({
    code: 'device-refused',
  });
  expect((await rejection(near.publish('a', Buffer.alloc(100 - 7 - 25), others))) as Error).toMatchObject({
    code: 'device-refused',
  });
  expect(published()).toHaveLength(2);
  expect(near.isOpen).toBe(true);
});

test('more than the broker waits to acknowledge goes with QoS 0, until it has acknowledged some', async () => {
  const { near, published, say } = await brokerThatSays(0x21, 0, 2);
  const first = near.publish('a', '1', { qos: 1 });
  void near.publish('a', '2', { qos: 1 }).catch(() => {});
  await near.publish('a', '3', { qos: 1 });
  await vi.waitFor(() => expect(published()).toEqual([1, 1, 0]));
  say(0x40);
  await first;
  void near.publish('a', '4', { qos: 1 }).catch(() => {});
  await near.publish('a', '5', { qos: 1 });
  await vi.waitFor(() => expect(published()).toEqual([1, 1, 0, 1, 0]));
  await near.close();
});

test('one with QoS 2 is waited for until it is complete, or refused', async () => {
  const { near, published, released, say } = await brokerThatSays(0x21, 0, 1);
  const first = near.publish('a', '1', { qos: 2 });
  await vi.waitFor(() => expect(published()).toEqual([2]));
  say(0x50);
  await vi.waitFor(() => expect(released()).toBe(1));
  await near.publish('a', '2', { qos: 1 });
  say(0x70);
  await first;
  const refused = rejection(near.publish('a', '3', { qos: 2 }));
  await vi.waitFor(() => expect(published()).toEqual([2, 0, 2]));
  say(0x50, 2, 0x87);
  expect(await refused).toMatchObject({ code: 'device-refused', device: { code: '135' } });
  void near.publish('a', '4', { qos: 2 }).catch(() => {});
  await vi.waitFor(() => expect(published()).toEqual([2, 0, 2, 2]));
  await near.close();
});

test('one that is given up is waited for until the broker answers it', async () => {
  const { near, published, say } = await brokerThatSays(0x21, 0, 1);
  const giving = new AbortController();
  const first = rejection(near.publish('a', '1', { qos: 1 }, giving.signal));
  await vi.waitFor(() => expect(published()).toEqual([1]));
  giving.abort(new Error('given up'));
  await first;
  await near.publish('a', '2', { qos: 1 });
  say(0x40);
  await vi.waitFor(() => {
    void near.publish('a', '3', { qos: 1 }).catch(() => {});
    expect(published().slice(2)).toContain(1);
  });
  await near.close();
});

test('a broker without QoS is sent nothing with it', async () => {
  const { near, published } = await brokerThatSays(0x24, 0);
  await near.publish('a', '1', { qos: 1 });
  await vi.waitFor(() => expect(published()).toEqual([0]));
});

test('a broker that keeps nothing is not asked to', async () => {
  const { near, published } = await brokerThatSays(0x25, 0);
  expect(await rejection(near.publish('a', '1', { retain: true }))).toMatchObject({ device: { code: '154' } });
  await near.publish('a', '2');
  await vi.waitFor(() => expect(published()).toHaveLength(1));
});
