import type { ByteConnection, WriteOptions } from '../../transport/connection.ts';
import { memoryBytes } from '../../transport/memory.ts';
import type { Piece, Tap, Tapped } from './tap.ts';

/** A connection to a device on a byte stream, with a tap in between. */
export function tappedBytes(device: ByteConnection, tap: Tap): ByteConnection {
  const { near, far } = memoryBytes(device.label);
  const quiet = (write: Promise<void>): void => void write.catch(() => {});
  const tapped: Tapped = {
    connection: near,
    listeners: 0,
    say: (piece) => quiet(far.write(bytesOf(piece))),
    cut: () => {
      void far.close();
      void device.close();
    },
  };
  const number = tap.add(tapped);
  far.onData((chunk) => {
    tap.note('sent', chunk, number);
    tap.sending(chunk, (piece) => quiet(device.write(bytesOf(piece))));
  });
  device.onData((chunk) => {
    tap.hearing(chunk, (piece) => {
      tap.note('heard', piece, number);
      quiet(far.write(bytesOf(piece)));
    });
  });
  void device.closed.then(() => far.close());
  void far.closed.then(() => device.close());
  return new TappedBytes(near, tap, tapped);
}

export function bytesOf(piece: Piece): Uint8Array {
  return piece instanceof Uint8Array ? piece : piece.payload;
}

class TappedBytes implements ByteConnection {
  readonly shape = 'bytes';
  readonly #near: ByteConnection;
  readonly #tap: Tap;
  readonly #tapped: Tapped;

  constructor(near: ByteConnection, tap: Tap, tapped: Tapped) {
    this.#near = near;
    this.#tap = tap;
    this.#tapped = tapped;
  }

  get label(): string {
    return this.#near.label;
  }
  get closed(): ByteConnection['closed'] {
    return this.#near.closed;
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

  discardOutput(): Promise<void> {
    return this.#near.discardOutput();
  }

  close(): Promise<void> {
    return this.#near.close();
  }
}
