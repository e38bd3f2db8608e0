import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createPost } from './post.ts';

test('a target that changes the protocol has not answered, and keeps nobody waiting', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const signal = new AbortController().signal;
  const posted = createPost()({ url: new URL(`http://127.0.0.1:${port}`), headers: {}, body: '{}', signal });
  await expect(posted).rejects.toThrow('without an answer');
});
