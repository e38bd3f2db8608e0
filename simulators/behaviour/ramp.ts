import type { Clock } from '../../src/clock.ts';
import { Moving } from './moving.ts';

/** A value that moves at a steady rate, and stops when it is there: a supply's output, an axis, a setpoint. */
export class Ramp extends Moving {
  /** Rests at `value` (0 if absent). The rate is in units of the value per second; 0 stands still, Infinity is there at once. */
  constructor(clock: Clock, { value = 0, ratePerSecond }: { value?: number; ratePerSecond: number }) {
    super(clock, value, motionAt(ratePerSecond));
  }

  get ratePerSecond(): number {
    return this.motion.ratePerSecond ?? Infinity;
  }

  set ratePerSecond(ratePerSecond: number) {
    this.move(motionAt(ratePerSecond));
  }

  /** Ms until it is there: 0 if it is, Infinity if it stands still on its way. */
  get arrivesInMs(): number {
    return this.msUntil(0);
  }
}

function motionAt(ratePerSecond: number) {
  return { timeConstantMs: 0, ...(ratePerSecond !== Infinity && { ratePerSecond: Math.max(0, ratePerSecond) }) };
}
