import { assert } from '../assert.ts';
import { type Clock, delay, type Timer } from '../clock.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { ByteConnection } from '../transport/connection.ts';
import { words } from './frame-words.ts';
import type { Cut, Framing } from './framing.ts';

export interface FrameInputOptions {
  readonly clock: Clock;
  /** Silence that ends a frame whose framing says so. */
  readonly interByteTimeoutMs: () => number;
  /** Of what comes next. Asked again after each frame, and for each chunk. */
  readonly framing: () => Framing;
  /** Whether somebody waits for a frame, or for a late one: then it is not given up before they say so. */
  readonly isAwaited: () => boolean;
  /** `began` is `connection.written` at the frame's first byte. */
  readonly onFrame: (frame: Uint8Array, began: number) => void;
  readonly unmatched: (what: string) => void;
  readonly isText: boolean;
}

/** Bytes kept of an input that is too long: its terminator may have begun. */
const keptTail = 64;

const nothing = Buffer.alloc(0);

/** What comes in on a connection, cut into frames that know how much had been written when they began. */
export class FrameInput {
  readonly #connection: ByteConnection;
  readonly #options: FrameInputOptions;
  readonly #stopListening: () => void;
  #bytes: Buffer = nothing;
  /** How many of the bytes have been looked at, and by which framing. */
  #seen = 0;
  #seenBy: Framing | undefined;
  #dropped = 0;
  #lastChunkAt = -Infinity;
  #began = 0;
  #gap: Timer | undefined;

  constructor(connection: ByteConnection, options: FrameInputOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#stopListening = connection.onData((chunk) => this.#receive(chunk));
  }

  get hasPartial(): boolean {
    return this.#dropped + this.#bytes.length > 0;
  }

  /** An instant of the clock's; -Infinity if nothing has been heard. */
  get lastChunkAt(): number {
    return this.#lastChunkAt;
  }

  close(): void {
    this.#stopListening();
    this.#gap?.cancel();
  }

  /** How much longer a frame that began no earlier than `written` may be silent before it counts as broken; 0 if there is none. */
  gapLeft(written: number, gapMs: number): number {
    const isComing = this.hasPartial && this.#dropped === 0 && this.#began >= written;
    if (!isComing) return 0;
    // Where silence ends a frame it is not for the waiter to be first.
    if (this.#options.framing().endsByGap) return gapMs;
    return this.#lastChunkAt + gapMs - this.#options.clock.monotonic();
  }

  /** What has come, so far, of a frame that began after `written`: of a long one its end. Undefined if there is none. */
  begunAfter(written: number): { readonly bytes: Uint8Array; readonly length: number } | undefined {
    if (!this.hasPartial || this.#began <= written) return undefined;
    return { bytes: this.#bytes, length: this.#dropped + this.#bytes.length };
  }

  discardPartial(): void {
    const bytes = this.#dropped + this.#bytes.length;
    this.#clear();
    if (bytes > 0) this.#options.unmatched(`${bytes} bytes of an unfinished ${this.#noun}`);
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

  get #noun(): string {
    return words(this.#options.isText).noun;
  }

  #neverQuiet(quietMs: number): BellcrankError {
    return new BellcrankError('device-protocol', `${this.#connection.label} was never quiet for ${quietMs} ms`);
  }

  #receive(chunk: Uint8Array): void {
    const { written } = this.#connection;
    this.#lastChunkAt = this.#options.clock.monotonic();
    if (!this.hasPartial) this.#began = written;
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#bytes, chunk]);
    this.#cutAll(written);
    this.#watchGap();
  }

  #cutAll(written: number): void {
    while (this.#bytes.length > 0) {
      const framing = this.#options.framing();
      const cut = framing.cut(this.#bytes, this.#seenBy === framing ? this.#seen : 0);
      if (cut === undefined) return this.#wait(framing);
      assert(cut.end > 0, 'a frame has at least one byte');
      this.#take(cut, framing);
      this.#began = written;
    }
  }

  #take(cut: Cut, framing: Framing): void {
    const { from, to, end, skipped = 0 } = cut;
    const bytes = this.#bytes;
    const dropped = this.#dropped;
    this.#clear();
    this.#bytes = end === bytes.length ? nothing : bytes.subarray(end);
    if ((dropped > 0 && skipped === 0) || end - skipped > framing.maxBytes) return this.#overlong(dropped + to);
    if (skipped > 0) this.#options.unmatched(`${dropped + skipped} bytes before a ${this.#noun}`);
    this.#hand(new Uint8Array(bytes.subarray(from, to)));
  }

  /** The rest is no whole frame yet; what can never be one is dropped but for its end. */
  #wait(framing: Framing): void {
    this.#seen = this.#bytes.length;
    this.#seenBy = framing;
    if (this.#bytes.length < framing.maxBytes) return;
    const kept = Math.min(keptTail, framing.maxBytes - 1, this.#bytes.length);
    this.#dropped += this.#bytes.length - kept;
    this.#bytes = Buffer.from(this.#bytes.subarray(this.#bytes.length - kept));
    this.#seen = kept;
  }

  #overlong(bytes: number): void {
    this.#options.unmatched(`a ${this.#noun} of ${bytes} bytes, longer than the limit`);
  }

  #clear(): void {
    this.#bytes = nothing;
    this.#seen = 0;
    this.#dropped = 0;
  }

  #watchGap(): void {
    this.#gap?.cancel();
    this.#gap = undefined;
    const { endsByGap, brokenByGap = false } = this.#options.framing();
    if (!this.hasPartial || !(endsByGap || brokenByGap)) return;
    const { clock, interByteTimeoutMs } = this.#options;
    const heardAt = this.#lastChunkAt;
    this.#gap = clock.timer(interByteTimeoutMs(), () => {
      // Node runs timers before I/O: more may have arrived already.
      void clock.ioTurn().then(() => {
        if (heardAt === this.#lastChunkAt) this.#endByGap();
      });
    });
  }

  #endByGap(): void {
    const { endsByGap, brokenByGap = false } = this.#options.framing();
    if (!this.hasPartial) return;
    // Whoever joins in the middle of a frame takes its rest for the head of one; the silence after it tells.
    if (brokenByGap && !this.#options.isAwaited()) return this.discardPartial();
    if (!endsByGap) return;
    const frame = Uint8Array.from(this.#bytes);
    const dropped = this.#dropped;
    this.#clear();
    if (dropped > 0) this.#overlong(dropped + frame.length);
    else this.#hand(frame);
  }

  /** A handler's fault must not reach the connection, which other devices may share. */
  #hand(frame: Uint8Array): void {
    try {
      this.#options.onFrame(frame, this.#began);
    } catch (error) {
      const { noun, show } = words(this.#options.isText);
      this.#options.unmatched(`a ${noun} whose handler failed (${messageOf(error)}): ${show(frame)}`);
    }
  }
}
