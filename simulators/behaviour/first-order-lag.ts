import type { Clock } from '../../src/clock.ts';
import type { Motion } from './approach.ts';
import { Moving } from './moving.ts';

/**
 * A value that follows its target as a thermometer, a low-pass filter or a cooling body does: after each time constant
 * 1/e of the distance is left. The exact exponential, at any instant.
 */
export class FirstOrderLag extends Moving {
  /** Rests at `value` (0 if absent). With `ratePerSecond` it never moves faster than that. */
  constructor(clock: Clock, { value = 0, ...motion }: { value?: number } & Motion) {
    super(clock, value, motion);
  }

  get timeConstantMs(): number {
    return this.motion.timeConstantMs;
  }

  set timeConstantMs(timeConstantMs: number) {
    this.move({ ...this.motion, timeConstantMs });
  }

  /** Ms until no more than `tolerance` is left to the target. It comes ever nearer and never arrives: for 0, Infinity. */
  withinMs(tolerance: number): number {
    return this.msUntil(tolerance);
  }
}
