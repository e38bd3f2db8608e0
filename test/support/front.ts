import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What stands before a service, as a proxy does: an address that stays while services come and go. */
export interface Front {
  readonly url: string;
  /** Where requests go; undefined: nobody is there, and what was connected is cut. */
  target: string | undefined;
}

export async function startFront(target: string | undefined): Promise<Front> {
  let current = target;
  const server = createServer((incoming, answer) => {
    if (current === undefined) incoming.socket.destroy();
    else forward(current, incoming, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
