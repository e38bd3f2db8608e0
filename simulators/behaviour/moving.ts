import type { Clock } from '../../src/clock.ts';
import { approach, approachMs, type Motion } from './approach.ts';

/**
 * A value that moves towards its target, computed from the clock when it is asked for: it has no timer, and where it is
 * does not depend on how often anybody looks.
 */
export class Moving {
  readonly #clock: Clock;
  #motion: Motion;
  #target: number;
  /** Where it was at an instant; it moves from there. */
  #from: number;
  #since: number;

  constructor(clock: Clock, value: number, motion: Motion) {
    this.#clock = clock;
    this.#motion = motion;
    this.#target = value;
    this.#from = value;
    this.#since = clock.monotonic();
  }

  get value(): number {
    return approach(this.#from, this.#target, this.#clock.monotonic() - this.#since, this.#motion);
  }

  get target(): number {
    return this.#target;
  }

  /** Moves there from where it is now. */
  to(target: number): void {
    if (target === this.#target) return;
    this.#begin(this.value);
    this.#target = target;
  }

  /** Is there at once, as by hand, and goes back to its target from there. */
  place(value: number): void {
    this.#begin(value);
  }

  /** Is there at once, and stays. */
  settle(value: number): void {
    this.#begin(value);
    this.#target = value;
  }

  /** Goes on in another way from where it is now. */
  protected move(motion: Motion): void {
    this.#begin(this.value);
    this.#motion = motion;
  }

  protected get motion(): Motion {
    return this.#motion;
  }

  /** In how many ms no more than `tolerance` is left. */
  protected msUntil(tolerance: number): number {
    return approachMs(this.value, this.#target, tolerance, this.#motion);
  }

  #begin(from: number): void {
    this.#from = from;
    this.#since = this.#clock.monotonic();
  }
}
