import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { BellcrankError } from '../../src/errors.ts';
import { SocketConnection } from '../../src/transport/socket.ts';

/** A simulated TCP device: a listener on loopback. */
export interface TcpListener {
  readonly host: string;
  /** Another one once it was plugged in under another. */
  readonly port: number;
  /** Called with the far end of each connection, one that came before included. */
  onConnection(serve: (far: SocketConnection) => void): void;
  /** Ends every connection: reset, or in order (FIN). */
  cut(how: 'reset' | 'end'): void;
  /** Resets every connection and stops listening, so that nothing accepts connections there. */
  unplug(): Promise<void>;
  /** Listens again, on the same port or on any other. Rejects with `busy` if somebody has taken it. */
  plug(otherPort?: boolean): Promise<void>;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Connections that one simulated device serves at a time; the rest is refused. */
const maxConnections = 64;

export async function listenTcp(port = 0): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  const waiting: SocketConnection[] = [];
  let serve: (far: SocketConnection) => void = (far) => waiting.push(far);
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(new SocketConnection(socket, `${host}:${socket.remotePort} (far end)`));
  };
  const cut = (how: 'reset' | 'end'): void => {
    for (const socket of sockets)
      if (how === 'reset') socket.resetAndDestroy();
      else socket.end();
  };
  let server = serverOf(accept);
  let current = await listen(server, port);
  return {
    host,
    get port() {
      return current;
    },
    onConnection(handler) {
      serve = handler;
      for (const far of waiting.splice(0)) handler(far);
    },
    cut,
    async unplug() {
      cut('reset');
      await closeAll(server, sockets);
    },
    async plug(otherPort = false) {
      const fresh = serverOf(accept);
      current = await listen(fresh, otherPort ? 0 : current);
      server = fresh;
    },
    close: () => closeAll(server, sockets),
  };
}

function serverOf(accept: (socket: Socket) => void): Server {
  const server = createServer(accept);
  server.maxConnections = maxConnections;
  return server;
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
