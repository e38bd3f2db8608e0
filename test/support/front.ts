import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What stands before a service, as a proxy does: an address that stays while services come and go. */
export interface Front {
  readonly url: string;
  /** Where requests go; undefined: nobody is there, and what was connected is cut. */
  target: string | undefined;
  /** What must come as a bearer token with each request under `/v1`, if anything. */
  key: string | undefined;
}

export async function startFront(target: string | undefined): Promise<Front> {
  let current = target;
  const server = createServer((incoming, answer) => {
    if (current === undefined) return incoming.socket.destroy();
    if (isRefused(incoming, front.key)) return refuse(answer);
    forward(current, incoming, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: undefined,
    get target() {
      return current;
    },
    set target(next) {
      current = next;
      if (next === undefined) server.closeAllConnections();
    },
  };
  return front;
}

function isRefused({ url = '', headers }: IncomingMessage, key: string | undefined): boolean {
  return key !== undefined && url.startsWith('/v1') && headers.authorization !== `Bearer ${key}`;
}

function refuse(answer: ServerResponse): void {
  const problem = { type: '/problems/unauthenticated', title: 'Who are you?', status: 401, code: 'unauthenticated' };
  answer.writeHead(401, { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' });
  answer.end(JSON.stringify({ ...problem, detail: 'a key is needed', retryable: false }));
}

function forward(target: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, url = '/', headers } = incoming;
  const outgoing = request(new URL(url, target), { method: method ?? 'GET', headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
    reply.on('error', () => answer.destroy());
  });
  outgoing.on('error', () => answer.destroy());
  answer.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}
