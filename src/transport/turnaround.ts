import type { Clock } from '../clock.ts';
import type { ByteConnection, WriteOptions } from './connection.ts';
import { ByteWrapper } from './wrapper.ts';

/**
 * A line that never falls silent is written to all the same, after this many times its turnaround; a stop waits for one,
 * which on a line that has fallen silent is all that it ever takes.
 */
const patience = 10;

/** Keeps silence between the last byte that was heard and the next one that is sent, for half-duplex lines. */
export class TurnaroundConnection extends ByteWrapper {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  #heardAt = -Infinity;

  constructor(under: ByteConnection, clock: Clock, silenceMs: number) {
    super(under);
    this.#clock = clock;
    this.#silenceMs = silenceMs;
  }

  async write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const copy = Uint8Array.from(bytes);
    const turnarounds = options?.isStop === true ? 1 : patience;
    const latest = this.#clock.monotonic() + turnarounds * this.#silenceMs;
    for (;;) {
      const now = this.#clock.monotonic();
      const wait = Math.min(this.#heardAt + this.#silenceMs, latest) - now;
      if (wait <= 0 || !this.isOpen) return await this.under.write(copy, signal, options);
      await this.#pause(wait, signal);
    }
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.under.onData((chunk) => {
      this.#heardAt = this.#clock.monotonic();
      listener(chunk);
    });
  }

  /** Ends early with the connection, whose write then says so, or with the signal's reason. */
  #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => reject(signal?.reason as Error);
    // Timers run before input that is waiting already.
    const timer = this.#clock.timer(ms, () => void this.#clock.ioTurn().then(resolve));
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    return promise.finally(() => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    });
  }
}
