import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One connection to the server below. */
export interface Caller {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Begins a stream, if it has not begun. */
  send(text: string): void;
  /** Answers otherwise than with a stream. */
  answer(status: number, body: object, headers?: Record<string, string>): void;
  end(): void;
  /** As when the process is killed. */
  cut(): void;
}

/** An HTTP server on loopback that does what the test says: each request waits for it in `next()`. */
export async function eventServer(): Promise<{ readonly url: string; next(): Promise<Caller>; readonly seen: number }> {
  const waiting: Caller[] = [];
  let wake: (() => void) | undefined;
  let seen = 0;
  const server = createServer((request, response) => {
    seen += 1;
    waiting.push(callerOf(request, response));
    wake?.();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get seen() {
      return seen;
    },
    async next() {
      for (;;) {
        const caller = waiting.shift();
        if (caller !== undefined) return caller;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

function callerOf(request: IncomingMessage, response: ServerResponse): Caller {
  return {
    request,
    response,
    send(text) {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(text);
    },
    answer(status, body, headers = {}) {
      const type = status >= 400 ? 'application/problem+json' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
    },
    end: () => void response.end(),
    cut: () => void response.socket?.destroy(),
  };
}
