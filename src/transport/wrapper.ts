import type { ByteConnection, Closed, WriteOptions } from './connection.ts';

/** A byte stream that changes something of the one under it; on its own it changes nothing. */
export abstract class ByteWrapper implements ByteConnection {
  readonly shape = 'bytes';
  protected readonly under: ByteConnection;

  constructor(under: ByteConnection) {
    this.under = under;
  }

  get label(): string {
    return this.under.label;
  }
  get closed(): Promise<Closed> {
    return this.under.closed;
  }
  get isOpen(): boolean {
    return this.under.isOpen;
  }
  get written(): number {
    return this.under.written;
  }
  get characterMs(): number | undefined {
    return this.under.characterMs;
  }

  abstract write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void>;
  abstract onData(listener: (chunk: Uint8Array) => void): () => void;

  discardOutput(): Promise<void> {
    return this.under.discardOutput();
  }

  close(): Promise<void> {
    return this.under.close();
  }
}
