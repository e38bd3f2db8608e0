import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { mqtt } from '../../src/transport/mqtt.ts';
import { PacketReader } from './mqtt-packets.ts';
import { openContext, openMessages } from './support.ts';

const accepted = Buffer.from([0x20, 2, 0, 0]);
function published(topic: string, payload: string): Buffer {
  const body = Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(payload)]);
  return Buffer.concat([Buffer.from([0x30, 0x80 | (body.length & 0x7f), body.length >> 7]), body]);
}
const flood = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => published('flood', String(index).padStart(2000))));
function granted(bytes: Buffer): Buffer {
  const id = bytes.subarray(2, 4);
  return bytes.readUInt8(0) >> 4 === 8 ? Buffer.from([0x90, 3, ...id, 0]) : Buffer.from([0xb0, 2, ...id]);
}

test('a publish that the socket has not taken when the broker is cut is lost, not sent', async () => {
  let far: Socket | undefined;
  const server = createServer((socket) => {
    far = socket;
    const reader = new PacketReader();
    socket.on('data', (chunk) => {
      for (const { type, bytes } of reader.read(chunk)) {
        if (type === 'connect') socket.write(accepted);
        if (type === 'subscribe') {
          socket.write(granted(bytes));
          socket.pause();
        }
      }
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const connection = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${address.port}` }, openContext());
  await connection.subscribe('flood', () => {
    const until = performance.now() + 2;
    while (performance.now() < until);
  });
  let last: Promise<string> | undefined;
  for (let n = 0; n < 3000; n++) {
    const publishing = connection.publish('lamp/set', 'x'.repeat(30_000)).then(
      () => 'sent',
      (error: { code?: string }) => `failed: ${error.code ?? ''}`,
    );
    const first = await Promise.race([publishing, delay(300, 'hangs')]);
    if (first === 'hangs') {
      last = publishing;
      break;
    }
  }
  expect(last).toBeDefined();
  far?.write(flood(600));
  await delay(60);
  far?.resetAndDestroy();
  expect(await last).toBe('failed: connection-lost');
  await connection.closed;
}, 60_000);
