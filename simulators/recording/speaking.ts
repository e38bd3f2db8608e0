import type { Clock, Timer } from '../../src/clock.ts';
import type { Said } from '../../src/recording/index.ts';

/** Says what was recorded, when it was said or at once, and in the order in which it was said. */
export class Speaking {
  readonly #clock: Clock;
  readonly #isTimed: boolean;
  readonly #timers = new Set<Timer>();

  constructor(clock: Clock, timing: 'recorded' | 'none') {
    this.#clock = clock;
    this.#isTimed = timing === 'recorded';
  }

  say(said: readonly Said[], speak: (said: Said) => void): void {
    for (const one of said) {
      if (this.#isTimed && one.afterMs > 0) this.#later(one.afterMs, () => speak(one));
      else speak(one);
    }
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #later(ms: number, speak: () => void): void {
    const timer = this.#clock.timer(ms, () => {
      this.#timers.delete(timer);
      speak();
    });
    this.#timers.add(timer);
  }
}
