import type { Clock } from '../clock.ts';

/** Counts what is under way, for whoever waits for its end. */
export class UnderWay {
  readonly #clock: Clock;
  #count = 0;
  #ended: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns what to call at its end. */
  begin(): () => void {
    this.#count++;
    return () => {
      this.#count--;
      if (this.#count === 0) this.#ended?.();
    };
  }

  /** Resolves when nothing is under way, or after `ms`. */
  async within(ms: number): Promise<void> {
    if (this.#count === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = resolve;
    const timer = this.#clock.timer(ms, resolve);
    await promise;
    timer.cancel();
  }
}
