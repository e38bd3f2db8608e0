import { assert } from '../assert.ts';

export interface LineSink {
  /** One line without its terminator, one character per byte (latin1). */
  line(text: string): void;
  /** A line that was longer than the limit has ended; none of it was kept. */
  overlong(bytes: number): void;
}

/** Cuts a byte stream into lines, however its chunks fall. Memory is fixed; a byte is copied once. */
export class LineFramer {
  readonly #terminator: Buffer;
  readonly #last: number;
  readonly #buffer: Buffer;
  #length = 0;
  #dropped = 0;

  constructor(terminator: string, maxLineBytes: number) {
    this.#terminator = Buffer.from(terminator, 'latin1');
    const last = this.#terminator.at(-1);
    assert(last !== undefined, 'a line terminator has at least one byte');
    this.#last = last;
    this.#buffer = Buffer.alloc(maxLineBytes + this.#terminator.length);
  }

  /** Bytes of the unfinished line, the ones already dropped included. */
  get pending(): number {
    return this.#dropped + this.#length;
  }

  get isOverlong(): boolean {
    return this.#dropped > 0;
  }

  push(chunk: Uint8Array, sink: LineSink): void {
    for (const byte of chunk) {
      this.#buffer[this.#length++] = byte;
      if (byte === this.#last && this.#isTerminated()) this.#finish(sink);
      else if (this.#length === this.#buffer.length) this.#shed();
    }
  }

  /** Drops the unfinished line; returns how many bytes it had. */
  discard(): number {
    const bytes = this.pending;
    this.#length = 0;
    this.#dropped = 0;
    return bytes;
  }

  #isTerminated(): boolean {
    const start = this.#length - this.#terminator.length;
    return start >= 0 && this.#buffer.subarray(start, this.#length).equals(this.#terminator);
  }

  #finish(sink: LineSink): void {
    const end = this.#length - this.#terminator.length;
    const text = this.isOverlong ? undefined : this.#buffer.toString('latin1', 0, end);
    const bytes = this.discard() - this.#terminator.length;
    if (text === undefined) sink.overlong(bytes);
    else sink.line(text);
  }

  /** A full buffer is too long a line; only what may be the beginning of its terminator is kept. */
  #shed(): void {
    const kept = this.#terminator.length - 1;
    this.#buffer.copyWithin(0, this.#length - kept, this.#length);
    this.#dropped += this.#length - kept;
    this.#length = kept;
  }
}
