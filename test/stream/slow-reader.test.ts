import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { counted } from '../support/counted.ts';
import { follow } from '../support/sse.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A reader that asks and then takes nothing. */
async function stuck(url: string): Promise<Socket> {
  const { port, hostname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname });
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.pause();
  socket.on('error', () => {});
  socket.write(`GET /v1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  return socket;
}

/** What the service holds back for each of its connections. */
function held(sockets: ReadonlySet<Socket>): number {
  return Math.max(0, ...[...sockets].map(({ writableLength }) => writableLength));
}

const text = 'x'.repeat(10_000);

test('two hundred readers miss nothing; one that takes nothing is cut, and holds nobody’s memory', async () => {
  const its = await counted(['a'], { kept: { maxEntries: 2000, maxBytes: 5_000_000 } });
  const sockets = new Set<Socket>();
  its.http.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const readers = await Promise.all(Array.from({ length: 200 }, () => follow(its.url, '?type=property')));
  for (const reader of readers) await reader.until(({ told }) => told.some(({ event }) => event === 'synced'));
  await stuck(its.url);
  await expect.poll(() => sockets.size).toBe(201);
  let most = 0;
  for (let n = 0; n < 1500; n++) {
    its.counters.get('a')?.emit('wrapped', { text });
    if (n % 10 !== 0) continue;
    its.count('a');
    await setImmediate();
    most = Math.max(most, held(sockets));
  }
  // 15 MB have passed; for whoever does not read there waits what a socket holds back, and one frame.
  expect(most).toBeLessThan(200_000);
  expect(its.rig.stream.kept.bytes).toBeLessThanOrEqual(5_000_000);
  expect(sockets.size).toBe(201);
  await its.rig.clock.advance(15_000);
  await expect.poll(() => sockets.size).toBe(200);
  its.count('a');
  for (const reader of readers) {
    await reader.until(({ told }) => told.filter(({ event }) => event === 'property').length === 151);
    const values = reader.data('property').map(({ value }) => value);
    expect(values).toEqual(Array.from({ length: 151 }, (_, index) => index + 2));
    reader.close();
  }
});

test('one that takes nothing for a minute is cut although nothing of it has gone', async () => {
  const its = await counted(['a']);
  const sockets = new Set<Socket>();
  its.http.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await stuck(its.url);
  for (let n = 0; n < 1500; n++) {
    its.counters.get('a')?.emit('wrapped', { text });
    await setImmediate();
  }
  expect(sockets.size).toBe(1);
  await its.rig.clock.advance(59_999);
  expect(sockets.size).toBe(1);
  await its.rig.clock.advance(1);
  await expect.poll(() => sockets.size).toBe(0);
});

test('one that reads on after a pause has missed nothing', async () => {
  const its = await counted(['a'], { kept: { maxEntries: 5000, maxBytes: 50_000_000 } });
  const reader = await follow(its.url);
  await reader.until(({ told }) => told.some(({ event }) => event === 'synced'));
  reader.response.pause();
  for (let n = 0; n < 1500; n++) {
    its.counters.get('a')?.emit('wrapped', { text, n });
    if (n % 10 === 0) await setImmediate();
  }
  reader.response.resume();
  await reader.until((it) => it.events('event').length === 1500);
  const numbers = reader.data<{ data: { n: number } }>('event').map(({ data }) => data.n);
  expect(numbers).toEqual(Array.from({ length: 1500 }, (_, index) => index));
  reader.close();
});
