import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { mqtt } from '../../src/transport/mqtt.ts';
import { accepted, flood, granted, PacketReader } from './mqtt-packets.ts';
import { openContext, openMessages } from './support.ts';

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
