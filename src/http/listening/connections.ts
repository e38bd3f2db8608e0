import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.ts';

/** How many connections beyond the limit are let in so that a stop can come through. */
const reserve = 64;
/**
 * Requests of one connection that may wait for their answers. No browser sends a second one before the first is answered
 * (RFC 9112 §9.3.2 lets it); whoever sends hundreds has files opened and answers kept for each.
 */
const maxPipelined = 4;
/** How long an answer that nobody reads keeps its connection where there is no room for others. */
const stalledMs = 10_000;
/** How often it is looked for such connections. */
const lookMs = 1000;

interface Entry {
  readonly socket: Socket;
  /** Requests of it that are being answered. */
  busy: number;
  /** It came when there were as many as there may be, and all of them were busy. */
  readonly reserved: boolean;
  /** Bytes that had left when they were last looked at, and since when no more have. */
  taken: number;
  takenAt: number;
}

/**
 * Who is connected. When there are as many as there may be, whoever has been idle for longest goes: between two
 * requests, or having sent none; and whoever has read nothing of an answer for a while. Where all are busy, a few more get
 * in, for whom only a stop is carried out.
 */
export class Connections {
  readonly #limit: number;
  /** By their two ends, which a TLS socket shares with the one below it. Who became idle last comes last. */
  readonly #open = new Map<string, Entry>();

  readonly #clock: Clock;
  #lookedAt = -Infinity;

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
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
  }

  /** Before a request is answered: whether it is not one too many of its connection, which is cut then. */
  admits({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const entry = this.#open.get(endsOf(socket));
    if (entry !== undefined && entry.busy >= maxPipelined) {
      socket.destroy();
      return false;
    }
    this.#begin(socket);
    response.once('close', () => this.#end(socket));
    return true;
  }

  /** Whether the connection is one too many, so that nothing but a stop is done for it. */
  isBeyond(socket: Socket): boolean {
    return this.#open.size > this.#limit && this.#open.get(endsOf(socket))?.reserved === true;
  }

  #take(socket: Socket): void {
    const key = endsOf(socket);
    if (this.#open.size >= this.#limit) this.#letGo();
    if (this.#open.size >= this.#limit) this.#letGoStalled();
    if (this.#open.size >= this.#limit + reserve) return void socket.destroy();
    const isReserved = this.#open.size >= this.#limit;
    const entry = { socket, busy: 0, reserved: isReserved, taken: 0, takenAt: this.#clock.monotonic() };
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

  /** A connection that reads nothing is not idle, and would stay as long as its client likes. */
  #letGoStalled(): void {
    const now = this.#clock.monotonic();
    if (now - this.#lookedAt < lookMs) return;
    this.#lookedAt = now;
    for (const [key, entry] of this.#open) {
      const { socket } = entry;
      const taken = socket.bytesWritten - socket.writableLength;
      const isStuck = socket.writableLength > 0 && taken === entry.taken;
      if (!isStuck) Object.assign(entry, { taken, takenAt: now });
      else if (now - entry.takenAt >= stalledMs) {
        this.#open.delete(key);
        socket.destroy();
      }
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
