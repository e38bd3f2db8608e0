import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../../access/network.ts';
import type { Clock } from '../../clock.ts';
import type { Limits } from './limits.ts';

/** How many connections beyond the limit are let in so that a stop can come through. */
const reserve = 64;
/** How many of them may be used for what leads to a stop, or takes one back. */
const reserveOfThePage = 32;
/** How many connections one client has beyond its part, for the same. */
const ownReserve = 16;
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
  /** Whose it is: an address, or the network of one. */
  readonly client: string;
  /** Requests of it that are being answered. */
  busy: number;
  /** It came when there were as many as there may be, of its client or altogether, and all of them were busy. */
  readonly reserved: boolean;
  /** Bytes that had left when they were last looked at, and since when no more have. */
  taken: number;
  takenAt: number;
}

/**
 * Who is connected. When there are as many as there may be, whoever has been idle for longest goes: between two
 * requests, or having sent none; and whoever has read nothing of an answer for a while. Where all are busy, a few more get
 * in, for whom only a stop is carried out, and what leads to one. So it is for each client by itself, so that nobody takes
 * all that there are.
 */
export class Connections {
  readonly #limit: number;
  /** Of one client; infinite if there is no such limit. */
  readonly #ownLimit: number;
  /** By their two ends, which a TLS socket shares with the one below it. Who became idle last comes last. */
  readonly #open = new Map<string, Entry>();

  readonly #clock: Clock;
  #lookedAt = -Infinity;

  /** How many each client has. */
  readonly #counts = new Map<string, number>();

  constructor({ connections, clientConnections }: Pick<Limits, 'connections' | 'clientConnections'>, clock: Clock) {
    this.#limit = connections;
    this.#ownLimit = clientConnections === 0 ? Infinity : clientConnections;
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
    if (entry !== undefined) entry.busy++;
    response.on('close', () => this.#end(socket));
    return true;
  }

  /** What is done for a connection: anything, or, if it is one too many, what leads to a stop, or a stop alone. */
  serves(socket: Socket): 'anything' | 'the page' | 'a stop' {
    const entry = this.#open.get(endsOf(socket));
    if (entry?.reserved !== true) return 'anything';
    const own = this.#countOf(entry.client) - this.#limitOf(entry.client);
    const all = this.#open.size - this.#limit;
    if (own <= 0 && all <= 0) return 'anything';
    return own <= ownReserve / 2 && all <= reserveOfThePage ? 'the page' : 'a stop';
  }

  #take(socket: Socket): void {
    const client = clientOf(socket);
    const ownLimit = this.#limitOf(client);
    if (this.#countOf(client) >= ownLimit) this.#letGo(client);
    if (this.#open.size >= this.#limit) this.#letGo();
    if (this.#open.size >= this.#limit) this.#letGoStalled();
    const own = this.#countOf(client);
    const isTooMany = own >= ownLimit + ownReserve || this.#open.size >= this.#limit + reserve;
    if (isTooMany) return void socket.destroy();
    const isReserved = own >= ownLimit || this.#open.size >= this.#limit;
    this.#add({ socket, client, busy: 0, reserved: isReserved, taken: 0, takenAt: this.#clock.monotonic() });
  }

  #add(entry: Entry): void {
    const { socket, client } = entry;
    const key = endsOf(socket);
    this.#drop(key);
    this.#open.set(key, entry);
    this.#counts.set(client, this.#countOf(client) + 1);
    socket.once('close', () => {
      if (this.#open.get(key) === entry) this.#drop(key);
    });
  }

  #drop(key: string): void {
    const entry = this.#open.get(key);
    if (entry === undefined) return;
    this.#open.delete(key);
    const left = this.#countOf(entry.client) - 1;
    if (left > 0) this.#counts.set(entry.client, left);
    else this.#counts.delete(entry.client);
  }

  #countOf(client: string): number {
    return this.#counts.get(client) ?? 0;
  }

  /** What is on this machine may be a proxy that everybody comes through. */
  #limitOf(client: string): number {
    return loopback.test(client) ? Infinity : this.#ownLimit;
  }

  /** Whoever has been idle for longest, of all or of one client. */
  #letGo(of?: string): void {
    for (const [key, { socket, client, busy }] of this.#open) {
      if (busy > 0 || (of !== undefined && client !== of)) continue;
      this.#drop(key);
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
        this.#drop(key);
        socket.destroy();
      }
    }
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

const loopback = /^(127\.|::1$|0:0:0:0$)/;

/** IPv4 that comes to a socket for both kinds is written as IPv6 (RFC 4291 §2.5.5.2). */
function clientOf({ remoteAddress = '' }: Socket): string {
  return networkOf(remoteAddress.replace(/^::ffff:(?=\d+\.)/, ''));
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
