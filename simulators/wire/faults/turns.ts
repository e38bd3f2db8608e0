import type { Clock, Timer } from '../../../src/clock.ts';
import type { LiveFault } from './live-fault.ts';

/** How often the state that a fault waits for is looked at when nothing passes, in the simulator's time. */
const lookMs = 100;

/** Tells of faults that begin and end without a frame: by their time, or by the device's state. */
export class Turns {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  readonly #listeners = new Map<LiveFault, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(live: LiveFault): void {
    const { afterMs, clearAfterMs, when } = live.fault;
    for (const ms of [afterMs, clearAfterMs]) if (ms !== undefined) this.#at(ms, () => this.turned(live));
    if (when !== undefined) this.#look(live);
  }

  onTurn(live: LiveFault, listener: () => void): () => void {
    const listeners = this.#listeners.get(live) ?? new Set();
    this.#listeners.set(live, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  turned(live: LiveFault): void {
    for (const listener of new Set(this.#listeners.get(live))) listener();
  }

  /** Forgets all faults that it watches. */
  clear(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#listeners.clear();
  }

  #look(live: LiveFault): void {
    this.#at(lookMs, () => {
      this.turned(live);
      if (live.active) this.#look(live);
    });
  }

  #at(ms: number, fire: () => void): void {
    const timer = this.#clock.timer(ms, () => {
      this.#timers.delete(timer);
      fire();
    });
    this.#timers.add(timer);
  }
}
