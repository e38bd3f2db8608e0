import type { Clock, Timer } from '../clock.ts';

/** So long the process has had little to do before it counts as idle, and is idle still when it has much to do again. */
const periodMs = 5000;
/** Of the time, which is more than polls and readings of a thousand devices take. */
const idleShare = 0.2;

export interface IdleWatchParts {
  readonly clock: Clock;
  /** Which part of the time the process has been at work since this was asked last. */
  readonly busyShare: () => number;
  /** Told when it changes. */
  readonly tell: (isIdle: boolean) => void;
}

/** Watches, from the first look on, whether the process has anything to do. */
export class IdleWatch {
  readonly #parts: IdleWatchParts;
  #isIdle = false;
  #next: Timer;

  constructor(parts: IdleWatchParts) {
    this.#parts = parts;
    parts.busyShare();
    this.#next = this.#later();
  }

  end(): void {
    this.#next.cancel();
    this.#set(false);
  }

  #later(): Timer {
    return this.#parts.clock.timer(periodMs, () => {
      this.#set(this.#parts.busyShare() < idleShare);
      this.#next = this.#later();
    });
  }

  #set(isIdle: boolean): void {
    if (isIdle !== this.#isIdle) this.#parts.tell((this.#isIdle = isIdle));
  }
}
