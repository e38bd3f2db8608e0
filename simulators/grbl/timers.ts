import type { Clock, Timer } from '../../src/clock.ts';

/** Timers that are taken back all at once. */
export class Timers {
  readonly #clock: Clock;
  readonly #running = new Set<Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(ms: number, run: () => void): Timer {
    const running = this.#clock.timer(ms, () => {
      this.#running.delete(running);
      run();
    });
    this.#running.add(running);
    const cancel = (): void => {
      this.#running.delete(running);
      running.cancel();
    };
    return { cancel };
  }

  cancelAll(): void {
    for (const timer of this.#running) timer.cancel();
    this.#running.clear();
  }
}
