import type { Clock } from '../../clock.ts';

/** It is told once a second, and sometimes late. */
const gapMs = 3000;
/** More than one measurement. */
const forMs = 1500;

/**
 * Whether something that is looked at now and then lasts. One measurement says little: a start, or a machine that slept,
 * makes the event loop late once.
 */
export class Sustained {
  readonly #clock: Clock;
  #since = 0;
  #lastSeen = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seen now; whether it has been for long enough. */
  seen(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#lastSeen > gapMs) this.#since = now;
    this.#lastSeen = now;
    return now - this.#since >= forMs;
  }
}
