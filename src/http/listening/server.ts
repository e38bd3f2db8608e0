import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { systemClock } from '../../clock.ts';
import type { Certificates } from '../../tls/certificates.ts';
import { contextOf } from '../../tls/material.ts';
import type { Connections } from './connections.ts';
import type { Limits } from './limits.ts';
import { inTurns } from './turns.ts';

/** HTTPS in place of HTTP. */
export interface TlsServing {
  readonly certificates: Certificates;
  readonly clientCertificates?: 'request' | 'require' | undefined;
}

/** Node's own server, with its bounds; it listens for nobody yet. */
export function serverOf(
  handler: RequestListener,
  limits: Limits,
  connections: Connections,
  tls: TlsServing | undefined,
  refuseTunnel: (socket: Duplex) => void,
): Server | HttpsServer {
  // How long the thread is taken is real time, whatever clock the service goes by.
  const answered = inTurns(handler, systemClock);
  const admitted: RequestListener = (request, response) => {
    if (connections.admits(request, response)) answered(request, response);
  };
  const server = tls === undefined ? createHttpServer(optionsOf(limits), admitted) : securely(admitted, limits, tls);
  // One more than there may be: what Node drops in silence would not be seen to be too many.
  server.maxHeadersCount = limits.headerCount + 1;
  // RFC 9110 §10.1.1: what a client expects beside `100-continue` may be passed over, and a stop must not wait for it. Node
  // would answer by itself.
  server.on('checkExpectation', admitted);
  // Nor does Node answer CONNECT: it hands over the socket, and nobody else hears of its errors.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    refuseTunnel(socket);
  });
  connections.watch(server);
  return server;
}

function optionsOf(limits: Limits) {
  const { headerBytes, headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = limits;
  return {
    maxHeaderSize: headerBytes,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    // The guard answers a missing Host itself, and what comes too slowly is found within seconds.
    requireHostHeader: false,
    connectionsCheckingInterval: Math.min(2000, headersTimeoutMs),
    // A reader of the stream whose machine is gone says nothing; its socket finds out.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  };
}

function securely(handler: RequestListener, limits: Limits, { certificates, clientCertificates }: TlsServing) {
  const secured = {
    ...contextOf(certificates.material),
    handshakeTimeout: limits.headersTimeoutMs,
    requestCert: clientCertificates !== undefined,
    rejectUnauthorized: clientCertificates === 'require',
  };
  const server = createHttpsServer({ ...optionsOf(limits), ...secured }, handler);
  certificates.serve(server);
  return server;
}
