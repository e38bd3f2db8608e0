import type { Clock, Timer } from '../../clock.ts';

/** The same clock, with the timers counted that were set through it and have neither fired nor been cancelled. */
export class CountedClock implements Clock {
  readonly #under: Clock;
  readonly #pending = new Set<object>();

  constructor(under: Clock) {
    this.#under = under;
  }

  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.#under.now();
  }

  monotonic(): number {
    return this.#under.monotonic();
  }

  ioTurn(): Promise<void> {
    return this.#under.ioTurn();
  }

  timer(ms: number, fire: () => void): Timer {
    const mark = {};
    this.#pending.add(mark);
    const timer = this.#under.timer(ms, () => {
      this.#pending.delete(mark);
      fire();
    });
    return {
      cancel: () => {
        this.#pending.delete(mark);
        timer.cancel();
      },
    };
  }
}
