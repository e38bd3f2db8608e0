import { type Clock, delay } from '../clock.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { ByteConnection } from '../transport/connection.ts';
import { LineFramer, type LineSink } from './line-framer.ts';
import { quoted } from './line-text.ts';

export interface LineInputOptions {
  readonly clock: Clock;
  readonly terminator: string;
  readonly maxLineBytes: number;
  /** `began` is `connection.written` at the line's first byte. */
  readonly onLine: (line: string, began: number) => void;
  readonly unmatched: (what: string) => void;
}

/** What comes in on a connection, as lines that know how much had been written when they began. */
export class LineInput {
  readonly #connection: ByteConnection;
  readonly #options: LineInputOptions;
  readonly #framer: LineFramer;
  readonly #stopListening: () => void;
  #lastChunkAt = -Infinity;
  #began = 0;

  constructor(connection: ByteConnection, options: LineInputOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#framer = new LineFramer(options.terminator, options.maxLineBytes);
    this.#stopListening = connection.onData((chunk) => this.#receive(chunk));
  }

  get hasPartial(): boolean {
    return this.#framer.pending > 0;
  }

  close(): void {
    this.#stopListening();
  }

  /** How much longer a line that began after `written` may be silent before it counts as broken; 0 if there is none. */
  gapLeft(written: number, gapMs: number): number {
    const isComing = this.hasPartial && !this.#framer.isOverlong && this.#began > written;
    return isComing ? this.#lastChunkAt + gapMs - this.#options.clock.monotonic() : 0;
  }

  discardPartial(): void {
    const bytes = this.#framer.discard();
    if (bytes > 0) this.#options.unmatched(`${bytes} bytes of an unfinished line`);
  }

  /** Resolves once nothing has come in for `quietMs`, counted from `since` at the earliest; gives up after `maxMs`. */
  async untilQuiet(since: number, quietMs: number, maxMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const giveUpAt = clock.monotonic() + maxMs;
    for (;;) {
      const quietAt = Math.max(since, this.#lastChunkAt) + quietMs;
      const left = quietAt - clock.monotonic();
      if (left <= 0) return;
      if (quietAt > giveUpAt) throw this.#neverQuiet(quietMs);
      await delay(clock, left, signal);
      await clock.ioTurn();
    }
  }

  #neverQuiet(quietMs: number): BellcrankError {
    return new BellcrankError('device-protocol', `${this.#connection.label} was never quiet for ${quietMs} ms`);
  }

  #receive(chunk: Uint8Array): void {
    const { written } = this.#connection;
    this.#lastChunkAt = this.#options.clock.monotonic();
    if (!this.hasPartial) this.#began = written;
    const sink: LineSink = {
      line: (text) => {
        this.#hand(text);
        this.#began = written;
      },
      overlong: (bytes) => {
        this.#options.unmatched(`a line of ${bytes} bytes, longer than the limit`);
        this.#began = written;
      },
    };
    this.#framer.push(chunk, sink);
  }

  /** A handler's fault must not reach the connection, which other devices may share. */
  #hand(line: string): void {
    try {
      this.#options.onLine(line, this.#began);
    } catch (error) {
      this.#options.unmatched(`a line whose handler failed (${messageOf(error)}): ${quoted(line)}`);
    }
  }
}
