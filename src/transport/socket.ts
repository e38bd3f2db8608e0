import type { Socket } from 'node:net';
import type { ByteConnection, WriteOptions } from './connection.ts';
import { Inbox } from './inbox.ts';
import { Lifecycle } from './lifecycle.ts';
import { Slices } from './slices.ts';

/** A connected TCP socket as a byte stream; either end of one. */
export class SocketConnection implements ByteConnection {
  readonly shape = 'bytes';
  readonly label: string;
  readonly #socket: Socket;
  readonly #life: Lifecycle;
  readonly #inbox: Inbox;
  readonly #slices: Slices;

  constructor(socket: Socket, label: string, onStray?: (what: string) => void) {
    this.#socket = socket;
    this.label = label;
    this.#life = new Lifecycle(label);
    this.#inbox = new Inbox(onStray);
    socket.setNoDelay(true);
    this.#slices = new Slices(socket, {
      hear: (chunk) => this.#inbox.deliver(chunk),
      ended: (cause) => this.#lose(cause),
    });
  }

  get isOpen(): boolean {
    return this.#life.isOpen;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const copy = new Uint8Array(bytes);
    return this.#life.write(
      (done) => void this.#socket.write(copy, done),
      signal,
      () => this.#reset('a write was given up with bytes not yet sent'),
      options?.onBegin,
    );
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  /** Stops reading, so that what the peer sends backs up in both kernels: for a simulated device that hangs. */
  pause(): void {
    this.#slices.pause();
  }

  resume(): void {
    this.#slices.resume();
  }

  discardOutput(): Promise<void> {
    this.#reset(
      'the connection was reset on purpose after a command with an unknown outcome, so that nothing of it is sent later',
    );
    return this.#gone();
  }

  /** What the kernel has taken is still sent; what it has not must not leave any more. */
  close(): Promise<void> {
    if (this.#socket.writableLength > 0) {
      this.#reset('closed');
    } else {
      this.#slices.drop();
      this.#life.end(false, new Error('closed'));
      this.#socket.destroySoon();
    }
    return this.#gone();
  }

  /** RST: both kernels drop what is under way (RFC 9293 §3.10.7.4). */
  #reset(why: string): void {
    this.#slices.drop();
    this.#life.end(false, new Error(why));
    this.#socket.resetAndDestroy();
  }

  #lose(cause: Error): void {
    this.#life.end(true, cause);
    this.#socket.destroy();
  }

  async #gone(): Promise<void> {
    if (this.#socket.closed) return;
    await new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
  }
}
