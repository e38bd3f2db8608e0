import { asError, type Clock } from '../../src/driver/index.ts';

/** Whoever waits for something that the controller says looks again each time that it has said something. */
export class Hearing {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  readonly #ended = new AbortController();
  #heardAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whoever waits, or comes to wait, is told why nothing will be heard any more. */
  end(error: Error): void {
    this.#ended.abort(error);
  }

  assertOpen(): void {
    this.#ended.signal.throwIfAborted();
  }

  /** Something has come in. */
  mark(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  /** Lets whoever waits look again. */
  poke(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves once `look` finds something, and in any case after `ms`. */
  async until(look: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
    const giveUpAt = this.#clock.monotonic() + ms;
    while (!look()) {
      const left = giveUpAt - this.#clock.monotonic();
      if (left <= 0) return await this.#clock.ioTurn();
      await this.next(left, signal);
    }
  }

  /** Resolves when nothing has been heard for `quietMs`, at the latest after `maxMs`. */
  async quiet(quietMs: number, maxMs: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    const giveUpAt = now + maxMs;
    for (let left = quietMs; left > 0 && this.#clock.monotonic() < giveUpAt;) {
      await this.next(left, signal);
      left = Math.max(now, this.#heardAt) + quietMs - this.#clock.monotonic();
    }
  }

  /** Resolves when the controller has said something, or after `ms`. Rejects with the signal's reason. */
  next(ms: number, signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#ended.signal]);
    return new Promise((resolve, reject) => {
      if (stop.aborted) return reject(asError(stop.reason));
      const settle = (): void => {
        timer.cancel();
        this.#waiting.delete(wake);
        stop.removeEventListener('abort', onAbort);
      };
      const wake = (): void => {
        settle();
        resolve();
      };
      const onAbort = (): void => {
        settle();
        reject(asError(stop.reason));
      };
      const timer = this.#clock.timer(ms, wake);
      this.#waiting.add(wake);
      stop.addEventListener('abort', onAbort, { once: true });
    });
  }
}
