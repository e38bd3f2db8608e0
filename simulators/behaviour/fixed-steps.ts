import type { Clock } from '../../src/clock.ts';

/** Something that goes on in equal steps: a plant, a controller, a battery. */
export interface Stepped {
  /** Goes on by one step. True: nothing in it changes any more until something from outside does. */
  step(seconds: number): boolean;
  /** So many steps pass in which nothing changes; for what counts time. */
  rest?(steps: number): void;
}

export interface StepOptions {
  /** Length of a step; 100 if absent. */
  readonly stepMs?: number;
  /** Most steps of one catching up, which takes some tens of nanoseconds for each; a million if absent. */
  readonly mostSteps?: number;
}

/**
 * Integration in fixed steps on the clock, without a timer: whoever looks has it catch up first. The steps are where they
 * are whoever looks and when, so the outcome is the same to the last bit. What has come to rest costs nothing, however
 * long it is; of a longer time that is all motion than `mostSteps` holds, the rest is skipped.
 */
export class FixedSteps {
  readonly stepMs: number;
  readonly #clock: Clock;
  readonly #process: Stepped;
  readonly #mostSteps: number;
  readonly #origin: number;
  #done = 0;
  #rests = false;

  constructor(clock: Clock, process: Stepped, { stepMs = 100, mostSteps = 1_000_000 }: StepOptions = {}) {
    this.#clock = clock;
    this.#process = process;
    this.stepMs = stepMs;
    this.#mostSteps = mostSteps;
    this.#origin = clock.monotonic();
  }

  /** Goes on to the last step that is over. */
  advance(): void {
    const due = Math.floor((this.#clock.monotonic() - this.#origin) / this.stepMs);
    const steps = due - this.#done;
    if (steps <= 0) return;
    this.#done = due;
    const moved = this.#rests ? 0 : this.#move(Math.min(steps, this.#mostSteps));
    if (moved < steps) this.#process.rest?.(steps - moved);
  }

  /** Something from outside changes now: what was before is over, and the change counts from the next step on. */
  change(apply: () => void): void {
    this.advance();
    apply();
    this.#rests = false;
  }

  /** How many of the steps it took until nothing changed any more. */
  #move(steps: number): number {
    const seconds = this.stepMs / 1000;
    for (let step = 1; step <= steps; step++) {
      this.#rests = this.#process.step(seconds);
      if (this.#rests) return step;
    }
    return steps;
  }
}
