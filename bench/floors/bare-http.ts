/** The floor: `node:http` and nothing else. It reads JSON and writes JSON, and looks at neither. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { recordOf, type Setting } from '../command-by-hand.ts';
import type { Listening } from '../subject.ts';
import { serveTasks } from '../tasks.ts';

function handle(request: IncomingMessage, response: ServerResponse): void {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (text += chunk));
  request.on('end', () => {
    const device = request.url?.split('/')[3] ?? '';
    // A floor believes what it is sent.
    const body = JSON.stringify(recordOf(device, JSON.parse(text) as Setting));
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
}

async function listen(_input: object): Promise<Listening> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server on a port has an address once it listens.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, pid: process.pid };
}

if (process.send !== undefined) serveTasks({ listen });
