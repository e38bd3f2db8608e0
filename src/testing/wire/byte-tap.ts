import type { ByteConnection, WriteOptions } from '../../transport/connection.ts';
import { memoryBytes } from '../../transport/memory.ts';
import type { Piece, Tap } from './tap.ts';

/** A connection to a device on a byte stream, with a tap in between. */
export function tappedBytes(device: ByteConnection, tap: Tap): ByteConnection {
  const { near, far } = memoryBytes(device.label);
  const connection = new TappedBytes(near, tap);
  const number = tap.add({
    connection,
    cut: () => {
      void far.close();
      void device.close();
    },
  });
  const quiet = (write: Promise<void>): void => void write.catch(() => {});
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
  return connection;
}

export function bytesOf(piece: Piece): Uint8Array {
  return piece instanceof Uint8Array ? piece : piece.payload;
}

class TappedBytes implements ByteConnection {
  readonly shape = 'bytes';
  readonly #near: ByteConnection;
  readonly #tap: Tap;

  constructor(near: ByteConnection, tap: Tap) {
    this.#near = near;
    this.#tap = tap;
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
    this.#tap.listeners++;
    let listens = true;
    return () => {
      if (listens) this.#tap.listeners--;
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
