import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';

export const secret = `whsec_${Buffer.alloc(32, 42).toString('base64')}`;

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };
}

/** A receiver over real HTTP, that verifies every signature with an implementation that is not ours. */
export class Receiver {
  readonly received: Received[] = [];
  /** Answers the next one; a status, or whatever it does with the response. */
  answer: (response: ServerResponse) => void = (response) => response.writeHead(204).end();
  url = '';
  #close = async (): Promise<void> => {};

  static async start(port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const body = new Webhook(secret).verify(text, request.headers as Record<string, string>) as Received['body'];
        receiver.received.push({ headers: request.headers, body });
        receiver.answer(response);
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=hidden`;
    receiver.#close = async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    };
    onTestFinished(() => receiver.close());
    return receiver;
  }

  get ids(): string[] {
    return this.received.map(({ body }) => body.id);
  }

  status(status: number, headers: Record<string, string> = {}): void {
    this.answer = (response) => response.writeHead(status, headers).end();
  }

  close(): Promise<void> {
    return this.#close();
  }
}
