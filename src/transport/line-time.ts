import type { Clock } from '../clock.ts';

/** Of what was written, how long the line is still busy with it, as far as it keeps its pace. */
export class LineTime {
  readonly #clock: Clock;
  readonly #characterMs: number;
  #overAt = -Infinity;
  #wroteAt = -Infinity;

  constructor(clock: Clock, characterMs = 0) {
    this.#clock = clock;
    this.#characterMs = characterMs;
  }

  wrote(characters: number): void {
    this.#wroteAt = this.#clock.monotonic();
    this.#overAt = Math.max(this.#overAt, this.#wroteAt) + characters * this.#characterMs;
  }

  get isBusy(): boolean {
    return this.#overAt > this.#clock.monotonic();
  }

  /** Resolves when everything has had its time, also what is written meanwhile; at the latest `maxMs` after that. */
  async over(maxMs: number): Promise<void> {
    const begunAt = this.#clock.monotonic();
    for (;;) {
      const latest = Math.max(begunAt, this.#wroteAt) + maxMs;
      const leftMs = Math.min(this.#overAt, latest) - this.#clock.monotonic();
      if (leftMs <= 0) return;
      await new Promise<void>((resolve) => void this.#clock.timer(leftMs, resolve));
    }
  }
}
