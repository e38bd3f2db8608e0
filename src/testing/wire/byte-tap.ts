import { asError } from '../../errors.ts';
import type { ByteConnection, Closed, WriteOptions } from '../../transport/connection.ts';
import { memoryBytes } from '../../transport/memory.ts';
import type { Piece, Tap, Tapped } from './tap.ts';

/** A connection to a device on a byte stream, with a tap in between. */
export function tappedBytes(device: ByteConnection, tap: Tap): ByteConnection {
  return new TappedBytes(device, tap);
}

export function bytesOf(piece: Piece): Uint8Array {
  return piece instanceof Uint8Array ? piece : piece.payload;
}

/** It waits, fails and forgets as the wire beneath it does. */
class TappedBytes implements ByteConnection {
  readonly shape = 'bytes';
  readonly closed: ByteConnection['closed'];
  readonly #device: ByteConnection;
  readonly #near: ByteConnection;
  readonly #far: ByteConnection;
  readonly #tap: Tap;
  readonly #tapped: Tapped;
  /** What the device's end of the wire has not taken yet. */
  readonly #writing = new Set<Promise<void>>();

  constructor(device: ByteConnection, tap: Tap) {
    const { near, far } = memoryBytes(device.label);
    this.#device = device;
    this.#near = near;
    this.#far = far;
    this.#tap = tap;
    this.#tapped = {
      connection: near,
      listeners: 0,
      say: (piece) => quiet(far.write(bytesOf(piece))),
      cut: () => {
        void far.close();
        void device.close();
      },
    };
    const number = tap.add(this.#tapped);
    this.#connect(number);
    let ended: Closed | undefined;
    void device.closed.then((closed) => {
      ended = closed;
      return far.close();
    });
    void far.closed.then(() => device.close());
    this.closed = near.closed.then((closed) => (ended?.lost === true ? ended : closed));
  }

  get label(): string {
    return this.#near.label;
  }
  get isOpen(): boolean {
    return this.#near.isOpen;
  }
  get written(): number {
    return this.#near.written;
  }

  async write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    await this.#tap.gate?.();
    await this.#near.write(bytes, signal, options);
    if (this.#writing.size > 0) await this.#taken(signal);
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    const stop = this.#near.onData(listener);
    this.#tapped.listeners++;
    let listens = true;
    return () => {
      if (listens) this.#tapped.listeners--;
      listens = false;
      stop();
    };
  }

  async discardOutput(): Promise<void> {
    await this.#device.discardOutput();
  }

  close(): Promise<void> {
    return this.#near.close();
  }

  #connect(number: number): void {
    this.#far.onData((chunk) => {
      this.#tap.note('sent', chunk, number);
      this.#tap.sending(chunk, (piece) => this.#send(bytesOf(piece)));
    });
    this.#device.onData((chunk) => {
      this.#tap.hearing(chunk, (piece) => {
        this.#tap.note('heard', piece, number);
        quiet(this.#far.write(bytesOf(piece)));
      });
    });
  }

  #send(bytes: Uint8Array): void {
    const writing = this.#device.write(bytes).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    quiet(writing);
  }

  /** Of whoever gives up, what has not been taken must not leave any more. */
  async #taken(signal: AbortSignal | undefined): Promise<void> {
    const all = Promise.all(this.#writing);
    const { promise, reject } = Promise.withResolvers<never>();
    const giveUp = (): void => {
      reject(asError(signal?.reason));
      // What was taken in this very turn is not heard of yet.
      setImmediate(() => void (this.#writing.size > 0 && this.#device.close()));
    };
    if (signal?.aborted) giveUp();
    else signal?.addEventListener('abort', giveUp, { once: true });
    await Promise.race([all, promise]).finally(() => signal?.removeEventListener('abort', giveUp));
  }
}

function quiet(write: Promise<void>): void {
  void write.catch(() => {});
}
