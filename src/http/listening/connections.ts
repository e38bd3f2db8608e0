import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How many connections beyond the limit are let in so that a stop can come through. */
const reserve = 64;

interface Entry {
  readonly socket: Socket;
  /** Requests of it that are being answered. */
  busy: number;
  /** It came when there were as many as there may be, and all of them were busy. */
  readonly reserved: boolean;
}

/**
 * Who is connected. When there are as many as there may be, whoever has been idle for longest goes: between two
 * requests, or having sent none. Where all are busy, a few more get in, for whom only a stop is carried out.
 */
export class Connections {
  readonly #limit: number;
  /** By their two ends, which a TLS socket shares with the one below it. Who became idle last comes last. */
  readonly #open = new Map<string, Entry>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#open.size;
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#take(socket));
    // Node does not count who is in the middle of a handshake, or has sent what is no HTTP; they would be waited for.
    const closeAll = server.closeAllConnections.bind(server);
    server.closeAllConnections = () => {
      closeAll();
      for (const { socket } of this.#open.values()) socket.destroy();
    };
    server.on('request', ({ socket }, response) => {
      this.#begin(socket);
      response.once('close', () => this.#end(socket));
    });
  }

  /** Whether the connection is one too many, so that nothing but a stop is done for it. */
  isBeyond(socket: Socket): boolean {
    return this.#open.size > this.#limit && this.#open.get(endsOf(socket))?.reserved === true;
  }

  #take(socket: Socket): void {
    const key = endsOf(socket);
    if (this.#open.size >= this.#limit) this.#letGo();
    if (this.#open.size >= this.#limit + reserve) return void socket.destroy();
    const isReserved = this.#open.size >= this.#limit;
    const entry = { socket, busy: 0, reserved: isReserved };
    this.#open.set(key, entry);
    socket.once('close', () => {
      if (this.#open.get(key) === entry) this.#open.delete(key);
    });
  }

  #letGo(): void {
    for (const [key, { socket, busy }] of this.#open) {
      if (busy > 0) continue;
      this.#open.delete(key);
      return void socket.destroy();
    }
  }

  #begin(socket: Socket): void {
    const entry = this.#open.get(endsOf(socket));
    if (entry !== undefined) entry.busy++;
  }

  #end(socket: Socket): void {
    const key = endsOf(socket);
    const entry = this.#open.get(key);
    if (entry === undefined) return;
    entry.busy--;
    if (entry.busy > 0) return;
    this.#open.delete(key);
    this.#open.set(key, entry);
  }
}

const known = new WeakMap<Socket, string>();

/** Which connection it is; a socket that was closed has no ends any more. */
function endsOf(socket: Socket): string {
  const before = known.get(socket);
  if (before !== undefined) return before;
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  const ends = `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
  known.set(socket, ends);
  return ends;
}
