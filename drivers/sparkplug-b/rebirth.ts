import type { Clock } from '../../src/driver/index.ts';

/** Between the first requests to different nodes of one connection, so that hundreds do not answer at once. */
const spacingMs = 20;
/** Until a request is repeated, doubled each time. */
const firstRetryMs = 1000;
const maxRetryMs = 60_000;
/** Between requests on behalf of newcomers, who wait for the answer. */
const anewMs = 250;
/** A node that was in step for so long is asked at once when it falls out of step again. */
const calmMs = 60_000;

/** Spaces what all nodes of one connection are asked. */
export class Spread {
  readonly #clock: Clock;
  #nextAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long to wait for the next free slot. */
  take(): number {
    const now = this.#clock.monotonic();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + spacingMs;
    return at - now;
  }
}

export interface RebirthParts {
  readonly clock: Clock;
  readonly spread: Spread;
  publish(): void;
  /** Nothing came of a request. */
  unanswered(): void;
}

/** Asks one node for its birth certificates for as long as they are needed, ever more seldom. */
export class Rebirth {
  readonly #parts: RebirthParts;
  #attempts = 0;
  #timer: ReturnType<Clock['timer']> | undefined;
  #inStepSince = Infinity;
  #askedAt = -Infinity;

  constructor(parts: RebirthParts) {
    this.#parts = parts;
  }

  /** Asked for once, whatever the number of reasons. `anew`: by somebody who has not heard the node before. */
  need(anew = false): void {
    if (this.#timer !== undefined) return;
    const { clock, spread } = this.#parts;
    const now = clock.monotonic();
    if (anew || now - this.#inStepSince >= calmMs) this.#attempts = 0;
    const pauseMs = this.#attempts === 0 ? spread.take() : retryMs(this.#attempts);
    const leastMs = anew ? anewMs : firstRetryMs;
    this.#schedule(Math.max(pauseMs, this.#askedAt + leastMs - now), false);
  }

  /** A birth certificate came. */
  satisfied(): void {
    this.cancel();
    this.#inStepSince = this.#parts.clock.monotonic();
  }

  /** It is not needed any more. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(ms: number, asked: boolean): void {
    const due = (): void => {
      this.#timer = undefined;
      if (asked) this.#parts.unanswered();
      this.#ask();
    };
    if (ms <= 0) due();
    else this.#timer = this.#parts.clock.timer(ms, due);
  }

  #ask(): void {
    this.#attempts++;
    this.#askedAt = this.#parts.clock.monotonic();
    // Before anything can answer.
    this.#schedule(retryMs(this.#attempts), true);
    this.#parts.publish();
  }
}

function retryMs(attempts: number): number {
  return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 20));
}
