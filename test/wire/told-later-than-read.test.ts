import { createServer } from 'node:net';
import { once } from 'node:events';
import { Duplex, type Writable } from 'node:stream';
import { MqttClient } from 'mqtt';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { clockOn } from '../../src/device/connection-clock.ts';
import { invoke } from '../../src/device/invoke.ts';
import { TopicExchange } from '../../src/driver/topic.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import type { Message } from '../../src/transport/connection.ts';
import { MqttConnection } from '../../src/transport/mqtt-connection.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { ReadAhead } from '../../src/transport/read-ahead.ts';
import { messageCall, recordingContext } from '../support/message-call.ts';
import { accepted, flood, granted, PacketReader, published } from './mqtt-packets.ts';
import { openContext, openMessages } from './support.ts';

/** What is heard costs time: a message of a flood a millisecond. */
class BusyClock extends VirtualClock {
  busyMs = 0;

  override monotonic(): number {
    return super.monotonic() + this.busyMs;
  }
}

let clock: BusyClock;
beforeEach(() => {
  clock = new BusyClock();
});

/** A connection whose socket reads what the test says. */
async function bench() {
  const sent: string[] = [];
  const asked: Buffer[] = [];
  let grants = true;
  const reader = new PacketReader();
  const socket = new Duplex({
    read: () => {},
    write(chunk: Buffer, _encoding, taken) {
      for (const { type, bytes, topic } of reader.read(chunk)) {
        if (type === 'connect') socket.push(accepted);
        if (type === 'publish') sent.push(topic ?? '');
        if (type !== 'subscribe' && type !== 'unsubscribe') continue;
        asked.push(bytes);
        if (grants) socket.push(granted(bytes));
      }
      taken();
    },
  });
  const ahead = new ReadAhead(clock);
  const build = (): Duplex => Object.assign(socket, { pipe: (sink: Writable) => ahead.connect(socket, sink) });
  const client = new MqttClient(build, { protocolVersion: 4, reconnectPeriod: 0 });
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  onTestFinished(() => void client.end(true));
  const limits = { answerMs: 1000, filtersPerSubscribe: 1, maxPayloadBytes: 10_000 };
  const connection = new MqttConnection(client, { label: 'broker', clock, ahead, ...limits });
  const told: Message[] = [];
  await connection.subscribe('flood', (message) => {
    clock.busyMs++;
    told.push(message);
  });
  return {
    connection,
    sent,
    asked,
    told,
    ahead,
    say: (...packets: Buffer[]) => void socket.push(Buffer.concat(packets)),
    cut: () => void socket.destroy(),
    grantNothing: () => (grants = false),
    over: () => vi.waitFor(() => expect(ahead.isBehind).toBe(false)),
  };
}

const isOn = ({ payload }: Message): true | undefined => (Buffer.from(payload).toString() === 'ON' ? true : undefined);
const switchOn = { topic: 'lamp/set', payload: 'ON' };

async function lampOn(connection: MqttConnection) {
  const { context, told } = recordingContext(clockOn(connection, clock));
  const exchange = new TopicExchange(connection, context, { timeoutMs: 1000 });
  await exchange.subscribe('lamp');
  return { exchange, told };
}

test('a state that was read before the publish and is told after it confirms nothing', async () => {
  const { connection, say, sent, told, over } = await bench();
  const { exchange, told: toldOfLamp } = await lampOn(connection);
  say(flood(400), published('lamp', 'ON'));
  let isConfirmed = false;
  const asked = exchange.request(messageCall({ connection, clock }).call, switchOn, { match: isOn });
  const confirmed = asked.then(() => (isConfirmed = true));
  await settle();
  expect(sent).toEqual(['lamp/set']);
  expect(told.length).toBeLessThan(100);
  await over();
  await settle();
  expect(told).toHaveLength(400);
  expect(toldOfLamp.unmatched).toEqual(['message on lamp']);
  expect(isConfirmed).toBe(false);
  say(published('lamp', 'ON'));
  await confirmed;
});

test('a live state that was read before somebody listened does not hide from him what the broker had kept', async () => {
  const { connection, say, told, over } = await bench();
  await connection.subscribe('lamp', () => {});
  say(flood(100), published('lamp', 'OFF'));
  const heard: string[] = [];
  await connection.subscribe('lamp', ({ payload, retained }) => {
    heard.push(`${retained ? 'kept' : 'live'} ${Buffer.from(payload).toString()}`);
  });
  await over();
  expect(told).toHaveLength(100);
  const kept = published('lamp', 'ON');
  kept.writeUInt8(0x31, 0);
  say(kept);
  await settle();
  expect(heard).toEqual(['live OFF', 'kept ON']);
});

test('a state that was read after the publish confirms, though it had to wait', async () => {
  const { connection, say, sent, told } = await bench();
  const { exchange } = await lampOn(connection);
  say(flood(400));
  const asked = exchange.request(messageCall({ connection, clock }).call, switchOn, { match: isOn });
  await settle();
  expect(sent).toEqual(['lamp/set']);
  expect(told.length).toBeLessThan(100);
  say(published('lamp', 'ON'));
  expect(await asked).toBe(true);
  expect(told).toHaveLength(400);
});

test('an answer that was read when its time is over is heard before that is decided', async () => {
  const { connection, say, sent, told } = await bench();
  const { exchange } = await lampOn(connection);
  const asked = exchange.request(messageCall({ connection, clock }).call, switchOn, { match: isOn });
  await vi.waitFor(() => expect(sent).toEqual(['lamp/set']));
  await settle();
  say(flood(400), published('lamp', 'ON'));
  await settle();
  expect(told.length).toBeLessThan(100);
  void clock.advance(1000);
  expect(await asked).toBe(true);
});

test('and before the deadline of a command is', async () => {
  const { connection, say, sent, told } = await bench();
  const { exchange } = await lampOn(connection);
  const invoked = invoke({
    id: 'call',
    clock,
    connection,
    deadline: clock.monotonic() + 900,
    handler: (call) => exchange.request(call as never, switchOn, { match: isOn }),
    abortGraceMs: 100,
  });
  await vi.waitFor(() => expect(sent).toEqual(['lamp/set']));
  await settle();
  say(flood(400), published('lamp', 'ON'));
  await settle();
  expect(told.length).toBeLessThan(100);
  void clock.advance(900);
  expect(await invoked).toMatchObject({ returned: true, value: true });
});

test('and before the broker is said not to have answered', async () => {
  const { connection, say, grantNothing, asked, told } = await bench();
  grantNothing();
  const granting = connection.subscribe('lamp', () => {});
  await settle();
  say(flood(400), granted(asked.at(-1) ?? Buffer.of()));
  await settle();
  expect(told.length).toBeLessThan(100);
  void clock.advance(1000);
  await expect(granting).resolves.toBeTypeOf('function');
});

test('what was read before the connection ended is told before its end, and nothing is sent meanwhile', async () => {
  const { connection, say, cut, told } = await bench();
  let atTheEnd: number | undefined;
  void connection.closed.then(() => (atTheEnd = told.length));
  say(flood(200));
  cut();
  await settle();
  expect(connection.isOpen).toBe(false);
  expect(told.length).toBeLessThan(100);
  await expect(connection.publish('lamp/set', 'ON')).rejects.toMatchObject({ code: 'device-offline' });
  await vi.waitFor(() => expect(atTheEnd).toBe(200));
});

test('what is nonsense ends the connection, and nothing that follows it is told', async () => {
  const { connection, say, told } = await bench();
  const four = flood(4);
  // What follows begins in the next piece, and would be taken apart well.
  say(four, Buffer.alloc(8192 - four.length, 0xff), flood(20));
  expect(await connection.closed).toMatchObject({ lost: true });
  await settle();
  expect(told.length).toBeLessThanOrEqual(4);
});

test('a connection that we close tells nothing more', async () => {
  const { connection, say, told, over } = await bench();
  say(flood(200));
  const before = told.length;
  void connection.close();
  await over();
  expect(told).toHaveLength(before);
});

test('a flood from a broker is told a little in each turn, in order and whole', async () => {
  const server = createServer((socket) => {
    const reader = new PacketReader();
    socket.on('data', (chunk) => {
      for (const { type, bytes } of reader.read(chunk)) {
        if (type === 'connect') socket.write(accepted);
        if (type === 'subscribe') socket.write(Buffer.concat([granted(bytes), flood(300)]));
      }
    });
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const connection = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${address.port}` }, { ...openContext(), clock });
  const told: number[] = [];
  const turns = [0];
  let isOver = false;
  const count = (): void => {
    turns.push(0);
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await connection.subscribe('flood', ({ payload }) => {
    clock.busyMs++;
    turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1;
    told.push(Number(Buffer.from(payload).toString()));
  });
  await vi.waitFor(() => expect(told).toHaveLength(300));
  isOver = true;
  expect(told).toEqual(Array.from({ length: 300 }, (_, index) => index));
  // What is read at once, and what a turn of its own has.
  expect(Math.max(...turns)).toBeLessThanOrEqual(12);
});

test('nothing of a command leaves after its deadline', async () => {
  const { connection, say, sent } = await bench();
  const { exchange } = await lampOn(connection);
  const deadline = clock.monotonic() + 900;
  const invoked = invoke({
    id: 'call',
    clock,
    connection,
    deadline,
    handler: async (call) => {
      await exchange.request(call as never, switchOn, { match: isOn });
      await (call as { wire: { publish(t: string, p: string): Promise<void> } }).wire.publish('lamp/second', 'GO');
    },
    abortGraceMs: 100,
  });
  await vi.waitFor(() => expect(sent).toEqual(['lamp/set']));
  await settle();
  say(flood(1500), published('lamp', 'ON'));
  await settle();
  void clock.advance(900);
  expect(await invoked).toMatchObject({ returned: false, error: { code: 'device-timeout' } });
  expect(sent).toEqual(['lamp/set']);
});
