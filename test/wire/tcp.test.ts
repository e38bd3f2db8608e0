import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listenTcp, type TcpListener } from '../../simulators/wire/tcp.ts';
import type { ByteConnection } from '../../src/transport/connection.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { tcp } from '../../src/transport/tcp.ts';
import { everyByte, Heard, openBytes, openContext, rejection, text } from './support.ts';

async function listening(port?: number): Promise<TcpListener> {
  const listener = await listenTcp(port);
  onTestFinished(() => listener.close());
  return listener;
}

/** Both ends of one connection. */
async function connected(): Promise<{ near: ByteConnection; far: ByteConnection; listener: TcpListener }> {
  const listener = await listening();
  const near = await openBytes(tcp, settingsOf(listener));
  const far = await new Promise<ByteConnection>((resolve) => listener.onConnection(resolve));
  return { near, far, listener };
}

function settingsOf({ host, port }: TcpListener): object {
  return { host, port };
}

/** A peer that accepts and never reads, so that a large write stays pending. */
async function deafPeer(): Promise<{ settings: object; socket: Promise<Socket> }> {
  const { promise: socket, resolve } = Promise.withResolvers<Socket>();
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, resolve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    (await socket).destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return { settings: { host: '127.0.0.1', port: address.port }, socket };
}

/** Reads all that a socket still gives. */
async function drained(socket: Socket): Promise<{ arrived: number; error: unknown }> {
  let arrived = 0;
  let error: unknown;
  socket.on('data', (chunk: Buffer) => (arrived += chunk.length));
  socket.on('error', (cause) => (error = cause));
  socket.resume();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { arrived, error };
}

/** Every timer is due before the event loop has polled even once. */
const hastyClock: Clock = {
  ...systemClock,
  timer(_, fire) {
    queueMicrotask(fire);
    return { cancel: () => {} };
  },
};

/** More than both kernels buffer on loopback. */
const tooMuch = new Uint8Array(32 * 1024 * 1024).fill(0x55);

test('every byte value passes both ways', async () => {
  const { near, far } = await connected();
  const heardNear = new Heard(near);
  const heardFar = new Heard(far);
  await near.write(everyByte);
  await far.write(everyByte);
  await vi.waitFor(() => expect(heardFar.bytes).toEqual(Buffer.from(everyByte)));
  await vi.waitFor(() => expect(heardNear.bytes).toEqual(Buffer.from(everyByte)));
});

test('chunks are plain bytes, as on every transport', async () => {
  const { near, far } = await connected();
  const heard = new Heard(near);
  await far.write(text('x'));
  await vi.waitFor(() => expect(heard.chunks).toEqual([Uint8Array.of(0x78)]));
  expect(heard.chunks[0]?.constructor).toBe(Uint8Array);
});

test('what is written may be changed at once', async () => {
  const { near, far } = await connected();
  const heard = new Heard(far);
  const bytes = text('good');
  const writing = near.write(bytes);
  bytes.fill(0);
  await writing;
  await vi.waitFor(() => expect(heard.text).toBe('good'));
});

test('a peer that hangs up ends the connection once, and what it said before is heard', async () => {
  const { near, far } = await connected();
  const heard = new Heard(near);
  await far.write(text('goodbye'));
  await far.close();
  expect(await near.closed).toMatchObject({ lost: true });
  expect(heard.text).toBe('goodbye');
  expect(near.isOpen).toBe(false);
  expect(await rejection(near.write(text('x')))).toMatchObject({ code: 'device-offline' });
});

test('a peer that only stops sending counts as gone, though a write to it is pending', async () => {
  const { settings, socket } = await deafPeer();
  const near = await openBytes(tcp, settings);
  const writing = rejection(near.write(tooMuch));
  (await socket).end();
  expect(await near.closed).toMatchObject({ lost: true });
  expect(await writing).toMatchObject({ code: 'connection-lost' });
});

test('a reset in flight settles every pending write with connection-lost', async () => {
  const { settings, socket } = await deafPeer();
  const near = await openBytes(tcp, settings);
  const outcomes = Promise.all([rejection(near.write(tooMuch)), rejection(near.write(text('behind it')))]);
  (await socket).resetAndDestroy();
  expect(await outcomes).toMatchObject([{ code: 'connection-lost' }, { code: 'connection-lost' }]);
  expect(await near.closed).toMatchObject({ lost: true });
});

test('an abort with bytes still held resets the connection, and none of them arrives later', async () => {
  const { settings, socket } = await deafPeer();
  const near = await openBytes(tcp, settings);
  const abort = new AbortController();
  const writing = near.write(tooMuch, abort.signal);
  const peer = await socket;
  const reason = new Error('deadline');
  abort.abort(reason);
  expect(await rejection(writing)).toBe(reason);
  expect(await near.closed).toMatchObject({ lost: false });
  await near.close();
  const { arrived, error } = await drained(peer);
  // Only what the peer's own kernel had received; with a FIN the near side's kernel would deliver megabytes more.
  expect(arrived).toBeLessThan(1_000_000);
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

test('closing with bytes still held drops them', async () => {
  const { settings, socket } = await deafPeer();
  const near = await openBytes(tcp, settings);
  const writing = rejection(near.write(tooMuch));
  const peer = await socket;
  await near.close();
  expect(await writing).toMatchObject({ code: 'connection-lost' });
  expect(await drained(peer)).toMatchObject({ error: { code: 'ECONNRESET' } });
});

test('discarding output resets the connection', async () => {
  const { near, far } = await connected();
  await near.discardOutput();
  expect(await near.closed).toMatchObject({ lost: false });
  expect(await far.closed).toMatchObject({ lost: true, cause: { code: 'ECONNRESET' } });
});

test('closing lets what was written arrive', async () => {
  const { near, far } = await connected();
  const heard = new Heard(far);
  await near.write(text('last words'));
  await near.close();
  await near.close();
  expect(await far.closed).toMatchObject({ lost: true });
  expect(heard.text).toBe('last words');
});

test('nothing that was written while the device was off arrives when it is back', async () => {
  const first = await listening();
  const before = await openBytes(tcp, settingsOf(first));
  await first.close();
  await before.closed;
  expect(await rejection(before.write(text('stale')))).toMatchObject({ code: 'device-offline' });
  expect(await rejection(tcp.open(settingsOf(first), openContext()))).toMatchObject({
    code: 'device-offline',
    message: expect.stringContaining('nothing accepts connections'),
  });
  const second = await listening(first.port);
  const after = await openBytes(tcp, settingsOf(second));
  const far = await new Promise<ByteConnection>((resolve) => second.onConnection(resolve));
  const heard = new Heard(far);
  expect(await rejection(before.write(text('stale')))).toMatchObject({ code: 'device-offline' });
  await after.write(text('fresh'));
  await vi.waitFor(() => expect(heard.text).toBe('fresh'));
});

test('an open that was given up rejects with the reason', async () => {
  const abort = new AbortController();
  const reason = new Error('given up');
  const opening = rejection(tcp.open(settingsOf(await listening()), openContext(abort.signal)));
  abort.abort(reason);
  expect(await opening).toBe(reason);
  expect(await rejection(tcp.open(settingsOf(await listening()), openContext(abort.signal)))).toBe(reason);
});

test('a connect that takes too long rejects with device-offline', async () => {
  const settings = { ...settingsOf(await listening()), connectTimeoutMs: 70 };
  const error = await rejection(tcp.open(settings, { ...openContext(), clock: hastyClock }));
  expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining('within 70 ms') });
});

test('a name that does not resolve says so', async () => {
  const error = await rejection(tcp.open({ host: 'device.invalid', port: 1 }, openContext()));
  expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining('name') });
});

test('a port that is taken is a clear error', async () => {
  const { port } = await listening();
  expect(await rejection(listenTcp(port))).toMatchObject({
    code: 'busy',
    message: expect.stringContaining(`port ${port} of 127.0.0.1 is taken`),
  });
});

test('a device that floods gets its slice of each turn, and no byte is lost or out of order', async () => {
  const total = 1_000_000;
  const server = createServer((socket) => {
    socket.end(Buffer.from(Array.from({ length: total }, (_, index) => index % 251)));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const near = await openBytes(tcp, { host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  let heard = 0;
  let inOrder = true;
  let thisTurn = 0;
  let most = 0;
  const sample = (): void => {
    most = Math.max(most, thisTurn);
    thisTurn = 0;
    if (near.isOpen) setImmediate(sample);
  };
  setImmediate(sample);
  near.onData((chunk) => {
    for (const byte of chunk) inOrder &&= byte === heard++ % 251;
    thisTurn += chunk.length;
  });
  await near.closed;
  expect({ heard, inOrder }).toEqual({ heard: total, inOrder: true });
  // A turn may end one slice and begin the next.
  expect(most).toBeLessThanOrEqual(2 * 4096);
});
