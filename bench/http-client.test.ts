import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { HttpClient } from './http-client.ts';

async function served(answer: (socket: Socket) => Promise<void> | void): Promise<HttpClient> {
  const server = createServer((socket) => {
    socket.on('data', () => void answer(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = await HttpClient.open(`http://127.0.0.1:${port}`);
  onTestFinished(() => {
    client.close();
    server.close();
  });
  return client;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an answer in pieces is one answer, and the next one starts afresh', async () => {
  const client = await served(async (socket) => {
    for (const piece of ['HTTP/1.1 20', '2 Accepted\r\nContent-Le', 'ngth: 4\r\n\r', '\n12', '34']) {
      socket.write(piece);
      await turn();
    }
  });
  expect(await client.send('POST', '/', '{}')).toEqual({ status: 202, body: '1234' });
  expect(await client.send('GET', '/')).toEqual({ status: 202, body: '1234' });
});

test('an answer without a body, and a connection that ends', async () => {
  let answers = 0;
  const client = await served((socket) => {
    if (answers++ === 0) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    else socket.destroy();
  });
  expect(await client.send('DELETE', '/')).toEqual({ status: 204, body: '' });
  await expect(client.send('DELETE', '/')).rejects.toThrow();
});

test('an answer in chunks, which come in pieces', async () => {
  const client = await served(async (socket) => {
    for (const piece of [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      '2\r\n12\r\n',
      '3\r\n345\r\n0',
      '\r\n\r\n',
    ]) {
      socket.write(piece);
      await turn();
    }
  });
  expect(await client.send('POST', '/', '{}')).toEqual({ status: 200, body: '12345' });
  expect(await client.send('POST', '/', '{}')).toEqual({ status: 200, body: '12345' });
});
