import type { ByteConnection, WriteOptions } from '../../src/transport/connection.ts';
import { Inbox } from '../../src/transport/inbox.ts';
import { Lifecycle } from '../../src/transport/lifecycle.ts';
import { memoryBytes } from '../../src/transport/memory.ts';

/** How chunks reach the other side: as they were written, each byte alone, or all of one turn of the event loop as one. */
export type Chunking = 'as-is' | 'bytewise' | 'merged';

type Write = (bytes: Uint8Array) => Promise<void>;

/** A fresh pair whose chunks are cut or merged in both directions. */
export function memoryPair(
  label = 'memory',
  chunking: Chunking = 'as-is',
): { near: ByteConnection; far: ByteConnection } {
  const { near, far } = memoryBytes(label);
  return { near: rechunked(near, chunking), far: rechunked(far, chunking) };
}

/** The same connection, what is written to it cut or merged. */
export function rechunked(connection: ByteConnection, chunking: Chunking): ByteConnection {
  if (chunking === 'as-is') return connection;
  return new Rechunked(connection, chunking === 'merged' ? merger(connection) : splitter(connection));
}

function splitter(connection: ByteConnection): Write {
  return async (bytes) => {
    await Promise.all(Array.from(bytes, (byte) => connection.write(Uint8Array.of(byte))));
  };
}

/** Collects what is written until the turn of the event loop ends. */
function merger(connection: ByteConnection): Write {
  let held: Uint8Array[] = [];
  let flushing: Promise<void> | undefined;
  const flush = async (): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const all = Buffer.concat(held);
    held = [];
    flushing = undefined;
    await connection.write(all);
  };
  return (bytes) => {
    held.push(bytes);
    flushing ??= flush();
    return flushing;
  };
}

class Rechunked implements ByteConnection {
  readonly shape = 'bytes';
  readonly label: string;
  readonly #inner: ByteConnection;
  readonly #write: Write;
  readonly #life: Lifecycle;
  readonly #inbox = new Inbox();

  constructor(inner: ByteConnection, write: Write) {
    this.#inner = inner;
    this.#write = write;
    this.label = inner.label;
    this.#life = new Lifecycle(inner.label);
    inner.onData((chunk) => this.#inbox.deliver(chunk));
    void inner.closed.then(({ lost, cause }) => this.#life.end(lost, cause));
  }

  get isOpen(): boolean {
    return this.#life.isOpen && this.#inner.isOpen;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const copy = new Uint8Array(bytes);
    if (!this.isOpen) return Promise.reject(this.#life.offlineError());
    return this.#life.write(
      () => this.#write(copy),
      signal,
      () => void this.close(),
      options?.onBegin,
    );
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  discardOutput(): Promise<void> {
    return this.#inner.discardOutput();
  }

  close(): Promise<void> {
    this.#life.end(false, new Error('closed'));
    return this.#inner.close();
  }
}
