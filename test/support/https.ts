import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificates.ts';

export interface SecureAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the service showed. */
  readonly fingerprint: string;
}

export interface SecureClient {
  ask(method: string, url: string, headers?: Record<string, string>, body?: string): Promise<SecureAnswer>;
}

/** Asks over TLS and believes one authority alone; over one connection that is kept. */
export function secureClient(ca: string, own?: Certificate): SecureClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, ...shown(own) });
  onTestFinished(() => agent.destroy());
  return {
    ask: (method, url, headers = {}, body = '') =>
      new Promise((resolve, reject) => {
        const asked = request(url, { method, headers, agent }, (response) => {
          const { fingerprint256: fingerprint } = (response.socket as TLSSocket).getPeerCertificate();
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const { statusCode: status = 0, headers: its } = response;
            resolve({ status, headers: its, body: Buffer.concat(chunks).toString('utf8'), fingerprint });
          });
          response.on('error', reject);
        });
        asked.on('error', reject);
        asked.end(body);
      }),
  };
}

function shown(own: Certificate | undefined) {
  return own === undefined ? {} : { cert: readFileSync(own.cert), key: readFileSync(own.key) };
}

/** A handshake and nothing else: resolves with the version that was agreed on. */
export function handshake(url: string, options: ConnectionOptions): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ...options }, () => {
      resolve(String(socket.getProtocol()));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
