import type { Clock, Timer } from '../clock.ts';
import { settle, settleInside } from './settle.ts';
import { type Due, TimerHeap } from './timer-heap.ts';

export { settle } from './settle.ts';

/** Timers that may fire at one instant: more are one that sets itself anew without letting time pass. */
const maxAtOneInstant = 100_000;

export interface IdleOptions {
  /** How much time may pass meanwhile; one minute by default. */
  readonly limitMs?: number;
  /**
   * Idle is also who has nothing to do for so long: a poll each second is none of the tasks that `quietMs: 500` waits for.
   * By default idle is only who waits for nothing at all.
   */
  readonly quietMs?: number;
}

/**
 * A clock that moves only when told to. Due timers fire in order, and all that follows from one happens before the next.
 * Whatever hangs on it waits without a moment of real time passing: a day is as long as the work that is done in it.
 */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  #sameInstant = 0;
  readonly #epoch: number;
  readonly #pending = new TimerHeap();
  /** Who moves the clock now; others take their turns. */
  #moving: Promise<void> | undefined;

  /** `epoch`: what the wall clock shows at the start, ms since 1970. */
  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch;
  }

  /** Whole milliseconds, as a wall clock has them. */
  now(): number {
    return Math.floor(this.#epoch + this.#now);
  }

  monotonic(): number {
    return this.#now;
  }

  timer(ms: number, fire: () => void): Timer {
    const due: Due = { at: this.#now + Math.max(0, ms), order: this.#order++, fire, index: -1 };
    this.#pending.add(due);
    return { cancel: () => this.#pending.delete(due) };
  }

  ioTurn(): Promise<void> {
    return settle();
  }

  get pendingTimers(): number {
    return this.#pending.size;
  }

  /** How far the next timer is away; undefined if there is none. */
  get nextInMs(): number | undefined {
    const next = this.#pending.first;
    return next === undefined ? undefined : Math.max(0, next.at - this.#now);
  }

  /** Lets so much time pass. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    while (await this.#step(until));
    this.#now = Math.max(this.#now, until);
    await settle();
  }

  /**
   * Goes from timer to timer until nothing is left to do. Resolves with the time that passed; throws when that does not
   * come about within the limit.
   */
  async runUntilIdle({ limitMs = 60_000, quietMs = Infinity }: IdleOptions = {}): Promise<number> {
    const from = this.#now;
    await settle();
    for (;;) {
      const { nextInMs } = this;
      if (nextInMs === undefined || nextInMs >= quietMs) return this.#now - from;
      if (!(await this.#step(from + limitMs))) throw this.#neverIdle(limitMs);
    }
  }

  /**
   * Goes from timer to timer until a promise has settled, and settles as it does. Throws when nothing is left that it
   * could wait for, or when it takes longer than `limitMs`.
   */
  async settled<T>(promise: Promise<T>, limitMs = 600_000): Promise<T> {
    const until = this.#now + limitMs;
    const state = { done: false };
    const over = (): void => void (state.done = true);
    promise.then(over, over);
    await settle();
    for (let patience = 0; !state.done;) {
      if (await this.#step(until)) continue;
      if (this.#pending.size > 0) throw new Error(`it did not settle within ${limitMs} ms of the clock`);
      // Something outside of the process may have a part in it.
      if (patience++ > 100) throw new Error('it never settles: no timer is left on the clock that it could wait for');
      await settle();
    }
    return await promise;
  }

  /** Fires the next timer if it is due by then. */
  async #step(until: number): Promise<boolean> {
    while (this.#moving !== undefined) await this.#moving;
    const due = this.#pending.first;
    if (due === undefined || due.at > until) return false;
    this.#moving = this.#fire(due);
    try {
      await this.#moving;
    } finally {
      this.#moving = undefined;
    }
    return true;
  }

  async #fire(due: Due): Promise<void> {
    this.#pending.delete(due);
    this.#sameInstant = due.at > this.#now ? 0 : this.#sameInstant + 1;
    if (this.#sameInstant > maxAtOneInstant) {
      throw new Error(`time stands still: over ${maxAtOneInstant} timers fired at one instant; who sets one of 0 ms?`);
    }
    this.#now = Math.max(this.#now, due.at);
    due.fire();
    await settleInside();
  }

  #neverIdle(limitMs: number): Error {
    const { pendingTimers, nextInMs } = this;
    const left = `${pendingTimers} timers are pending, the next one in ${nextInMs} ms`;
    return new Error(`not idle after ${limitMs} ms: ${left}; something periodic is idle for a shorter \`quietMs\``);
  }
}
