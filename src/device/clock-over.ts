import type { Clock, Timer } from '../clock.ts';

/** A clock that passes on to another one. */
export class ClockOver implements Clock {
  protected readonly under: Clock;

  constructor(under: Clock) {
    this.under = under;
  }

  now(): number {
    return this.under.now();
  }

  monotonic(): number {
    return this.under.monotonic();
  }

  timer(ms: number, fire: () => void): Timer {
    return this.under.timer(ms, fire);
  }

  ioTurn(): Promise<void> {
    return this.under.ioTurn();
  }
}
