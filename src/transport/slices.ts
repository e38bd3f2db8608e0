import type { Socket } from 'node:net';

/** Bytes that are handed on in one turn of the event loop: a device that floods must not keep others from their turn. */
const perTurn = 4096;

export interface SocketListener {
  hear(chunk: Uint8Array): void;
  /** The last thing that is told: the socket failed, or all that it said has been handed on. */
  ended(cause: Error): void;
}

/**
 * Hands on what a socket says, a slice a turn. libuv reads megabytes in one turn, and each line of them costs some
 * microseconds; while some is left, the socket is not read, and so the sender is slowed down.
 */
export class Slices {
  readonly #socket: Socket;
  readonly #listener: SocketListener;
  readonly #waiting: Uint8Array[] = [];
  #left = perTurn;
  #next: NodeJS.Immediate | undefined;
  /** Why nothing more will come. */
  #over: Error | undefined;
  #isTold = false;
  #isPaused = false;

  constructor(socket: Socket, listener: SocketListener) {
    this.#socket = socket;
    this.#listener = listener;
    // A view of plain type: a Buffer's slice() and toString() differ from those that other transports hand out.
    socket.on('data', (chunk: Buffer) => {
      this.#waiting.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      this.#handOn();
    });
    // Half open counts as closed: a device that will say nothing more cannot confirm anything.
    socket.once('end', () => this.#end(new Error('the other end closed the connection')));
    socket.once('error', (error) => this.#tell(error));
    socket.once('close', () => this.#end(new Error('the connection is closed')));
  }

  /** Nobody wants to hear the rest. */
  drop(): void {
    this.#isTold = true;
    this.#waiting.length = 0;
    clearImmediate(this.#next);
  }

  /** Hands nothing more on, and has the socket not read either, until `resume`. */
  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#handOn();
  }

  #handOn(): void {
    while (this.#left > 0 && !this.#isTold && !this.#isPaused) {
      const chunk = this.#waiting[0];
      if (chunk === undefined) break;
      const slice = chunk.subarray(0, this.#left);
      this.#left -= slice.length;
      if (slice.length === chunk.length) this.#waiting.shift();
      else this.#waiting[0] = chunk.subarray(slice.length);
      this.#listener.hear(slice);
    }
    if (this.#isTold) return;
    if (this.#left < perTurn) this.#next ??= setImmediate(() => this.#turn());
    if (this.#waiting.length > 0) this.#socket.pause();
    else if (this.#over !== undefined) this.#tell(this.#over);
    else if (!this.#isPaused && this.#socket.isPaused()) this.#socket.resume();
  }

  #turn(): void {
    this.#next = undefined;
    this.#left = perTurn;
    this.#handOn();
  }

  /** A paused stream reports its end as soon as it has handed its bytes to us, and not when we have handed them on. */
  #end(cause: Error): void {
    this.#over ??= cause;
    if (this.#waiting.length === 0) this.#tell(this.#over);
  }

  #tell(cause: Error): void {
    if (this.#isTold) return;
    this.drop();
    this.#listener.ended(cause);
  }
}
