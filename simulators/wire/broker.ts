import { createServer, type Socket } from 'node:net';
import type { Aedes } from 'aedes';
import { closeAll, listen } from './tcp.ts';

/** A broker inside the process, for simulated MQTT devices. */
export interface Broker {
  readonly url: string;
  readonly port: number;
  /** The broker itself, for tests that watch or refuse what comes. */
  readonly aedes: Aedes;
  /** Cuts every client and stops. */
  close(): Promise<void>;
}

/** MQTT 3.1.1 on loopback, nothing kept on disk, everyone allowed. Port 0 takes a free one. */
export async function startBroker({ port = 0 }: { readonly port?: number } = {}): Promise<Broker> {
  const sockets = new Set<Socket>();
  const broker = await import('aedes');
  const aedes = await broker.Aedes.createBroker();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const stop = (): Promise<void> => new Promise((resolve) => aedes.close(resolve));
  try {
    const taken = await listen(server, port);
    const close = async (): Promise<void> => {
      await stop();
      await closeAll(server, sockets);
    };
    return { url: `mqtt://127.0.0.1:${taken}`, port: taken, aedes, close };
  } catch (error) {
    await stop();
    throw error;
  }
}
