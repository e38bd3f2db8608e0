import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { BellcrankError } from '../../src/errors.ts';
import type { ByteConnection } from '../../src/transport/connection.ts';
import { SocketConnection } from '../../src/transport/socket.ts';

/** A simulated TCP device: a listener on loopback. */
export interface TcpListener {
  readonly host: string;
  readonly port: number;
  /** Called with the far end of each connection, one that came before included. */
  onConnection(serve: (far: ByteConnection) => void): void;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Connections that one simulated device serves at a time; the rest is refused. */
const maxConnections = 64;

export async function listenTcp(port = 0): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  const waiting: ByteConnection[] = [];
  let serve: (far: ByteConnection) => void = (far) => waiting.push(far);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(new SocketConnection(socket, `${host}:${socket.remotePort} (far end)`));
  });
  server.maxConnections = maxConnections;
  return {
    host,
    port: await listen(server, port),
    onConnection(handler) {
      serve = handler;
      for (const far of waiting.splice(0)) handler(far);
    },
    close: () => closeAll(server, sockets),
  };
}

/** Listens on loopback and returns the port. */
export function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const failed = (error: NodeJS.ErrnoException): void => {
    const busy = error.code === 'EADDRINUSE' || error.code === 'EACCES';
    const hint = busy
      ? 'is taken or reserved; choose another, or stop what uses it'
      : `cannot be used: ${error.message}`;
    reject(new BellcrankError('busy', `port ${port} of ${host} ${hint}`, { cause: error }));
  };
  server.once('error', failed);
  server.listen({ host, port }, () => {
    server.removeListener('error', failed);
    // A TCP server's address is never a string or null once it listens.
    resolve((server.address() as AddressInfo).port);
  });
  return promise;
}

export async function closeAll(server: Server, sockets: Iterable<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}
