import { expect, test } from 'vitest';
import type { ByteConnection, Message, MessageConnection } from '../transport/connection.ts';
import { settle } from '../testing/virtual-clock.ts';
import { memoryBytes, MemoryHub } from '../transport/memory.ts';
import { handleOf } from './handle.ts';

const bytes = Uint8Array.of(1);
/** Of a driver that fails at nothing. */
const sound = { failed: (error: unknown) => expect.unreachable(String(error)), cause: {} };

test('a driver may write while it attaches, and never after', async () => {
  const { near, far } = memoryBytes();
  const heard: Uint8Array[] = [];
  far.onData((chunk) => heard.push(chunk));
  const handle = handleOf(near, sound);
  const connection = handle.connection as ByteConnection;
  await connection.write(bytes);
  handle.seal();
  await expect(connection.write(bytes)).rejects.toMatchObject({ code: 'driver-fault' });
  await expect(connection.close()).rejects.toMatchObject({ code: 'driver-fault' });
  await settle();
  expect(heard).toHaveLength(1);
  expect(near.isOpen).toBe(true);
});

test('a revoked handle neither writes nor hears, and leaves the connection to the others', async () => {
  const { near, far } = memoryBytes();
  const revoked = handleOf(near, sound);
  const other = handleOf(near, sound);
  const heard = { revoked: 0, other: 0 };
  (revoked.connection as ByteConnection).onData(() => heard.revoked++);
  (other.connection as ByteConnection).onData(() => heard.other++);
  revoked.revoke(new Error('gone'));
  await far.write(bytes);
  await settle();
  expect(heard).toEqual({ revoked: 0, other: 1 });
  await expect((revoked.connection as ByteConnection).write(bytes)).rejects.toThrow('gone');
  expect(await revoked.connection?.closed).toMatchObject({ lost: true });
  expect(other.connection?.isOpen).toBe(true);
});

test('over messages: sealed it cannot publish, revoked its subscriptions end', async () => {
  const hub = new MemoryHub();
  const under = hub.connect();
  const handle = handleOf(under, sound);
  const connection = handle.connection as MessageConnection;
  const heard: Message[] = [];
  await connection.subscribe('a/#', (message) => heard.push(message));
  // While it attaches it may ask, and nothing that it asks stays on the broker.
  await connection.publish('a/question', 'x');
  await expect(connection.publish('a/question', 'x', { retain: true })).rejects.toMatchObject({ code: 'driver-fault' });
  await settle();
  heard.length = 0;
  handle.seal();
  await expect(connection.publish('a/b', 'x')).rejects.toMatchObject({ code: 'driver-fault' });
  await under.publish('a/b', 'x');
  await settle();
  expect(heard).toHaveLength(1);
  handle.revoke(new Error('gone'));
  await under.publish('a/b', 'y');
  await settle();
  expect(heard).toHaveLength(1);
});
