import { expect, onTestFinished, test, vi } from 'vitest';
import { openPty } from '../../simulators/wire/pty.ts';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import { systemClock } from '../../src/clock.ts';
import type { ByteConnection, Connection, MessageConnection } from '../../src/transport/connection.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { serial } from '../../src/transport/serial.ts';
import { tcp } from '../../src/transport/tcp.ts';
import { traced, type TraceEntry, WireTrace } from '../../src/transport/trace/index.ts';
import { brokers } from './brokers.ts';
import { everyByte, openBytes, openMessages } from './support.ts';

/** Both ends of a wire, the near one as a transport opens it. */
type Ends = () => Promise<{ near: ByteConnection; far: ByteConnection; cut: () => Promise<void> }>;

const wires: Readonly<Record<string, Ends>> = {
  async tcp() {
    const listener = await listenTcp();
    onTestFinished(() => listener.close());
    const accepted = new Promise<ByteConnection>((resolve) => listener.onConnection(resolve));
    const near = await openBytes(tcp, { host: listener.host, port: listener.port });
    const far = await accepted;
    return { near, far, cut: () => far.close() };
  },
  async pty() {
    const pty = await openPty();
    onTestFinished(() => pty.close());
    const near = await openBytes(serial, { path: pty.path });
    return { near, far: pty.far, cut: () => pty.unplug() };
  },
};

const traceOf = (connection: Connection) => {
  const trace = new WireTrace(systemClock);
  const entries = (device = 'x'): readonly TraceEntry[] => trace.read({ device, limit: 500 }).items;
  return { connection: traced(connection, trace, () => {}), entries };
};

/** All bytes of one direction: how they are cut into chunks is the wire's business. */
function all(entries: readonly TraceEntry[], kind: 'sent' | 'heard'): Buffer {
  return Buffer.concat(entries.flatMap((entry) => ('bytes' in entry && entry.kind === kind ? [entry.bytes] : [])));
}

test.each(Object.entries(wires))('%s: every byte of both directions, in the order of the exchange', async (_, ends) => {
  const { near, far, cut } = await ends();
  const { connection, entries } = traceOf(near);
  if (connection.shape !== 'bytes') throw new Error('not a byte stream');
  let echoed = 0;
  far.onData((chunk) => void far.write(chunk));
  connection.onData((chunk) => void (echoed += chunk.length));
  for (let exchange = 1; exchange <= 3; exchange++) {
    await connection.write(everyByte);
    await vi.waitFor(() => expect(echoed).toBe(256 * exchange));
  }
  expect(connection.written).toBe(3);
  expect(all(entries(), 'sent')).toEqual(Buffer.concat([everyByte, everyByte, everyByte]));
  expect(all(entries(), 'heard')).toEqual(Buffer.concat([everyByte, everyByte, everyByte]));
  const kinds = entries().map(({ kind }) => kind);
  expect(kinds.join(' ').replaceAll(/heard( heard)+/g, 'heard')).toBe('wire sent heard sent heard sent heard');
  await cut();
  await vi.waitFor(() => expect(entries().at(-1)).toMatchObject({ kind: 'wire', what: 'lost' }));
});

test.each(brokers.filter(({ skip }) => !skip))('$name: messages, and who heard them', async (each) => {
  const broker = await each.start();
  const settings = { url: broker.url, protocolVersion: each.protocolVersion };
  const under: MessageConnection = await openMessages(mqtt, settings);
  const { connection, entries } = traceOf(under);
  if (connection.shape !== 'messages') throw new Error('carries no messages');
  const heard: string[] = [];
  for (const device of ['a', 'b']) {
    const listener = ({ topic }: { topic: string }): void => void heard.push(`${device} ${topic}`);
    await connection.subscribe(`dev/${device}/#`, listener, { cause: { device } });
    await connection.subscribe('all', listener, { cause: { device } });
  }
  const cause = { device: 'a', call: { kind: 'command', name: 'on', id: '1' } };
  await connection.publish('dev/a/set', 'on', { qos: 1, cause, messageExpirySeconds: 5 });
  await connection.publish('dev/b/set', everyByte, { qos: 1 });
  await connection.publish('all', '', { qos: 1 });
  await vi.waitFor(() => expect(heard.toSorted()).toEqual(['a all', 'a dev/a/set', 'b all', 'b dev/b/set']));
  const told = (device: string) =>
    entries(device).flatMap((entry) =>
      'message' in entry ? [`${entry.kind} ${entry.message.topic} ${entry.devices.toSorted().join()}`] : [],
    );
  expect(told('a').filter((line) => line.startsWith('heard'))).toEqual(['heard dev/a/set a', 'heard all a,b']);
  expect(told('b').filter((line) => line.startsWith('heard'))).toEqual(['heard dev/b/set b', 'heard all a,b']);
  const sent = entries('a').find(({ kind }) => kind === 'sent');
  const expiry = each.protocolVersion === 5 ? { messageExpirySeconds: 5 } : {};
  expect(sent).toMatchObject({ message: { topic: 'dev/a/set', qos: 1, retained: false, ...expiry }, call: cause.call });
  expect('messageExpirySeconds' in Object(Object(sent).message)).toBe(each.protocolVersion === 5);
  await connection.close();
  expect(entries().at(-1)).toMatchObject({ kind: 'wire', what: 'closed' });
});
