/** How a value moves towards its target. */
export interface Motion {
  /** First-order lag; 0 follows at once. */
  readonly timeConstantMs: number;
  /** Largest change per second; absent: no limit. */
  readonly ratePerSecond?: number;
}

/**
 * Where a value stands `ms` later, its target being constant meanwhile. Exact: with both a lag and a limit it moves at the
 * limit until the lag alone is slower, and exponentially from there.
 */
export function approach(value: number, target: number, ms: number, motion: Motion): number {
  const left = target - value;
  if (left === 0) return target;
  const limit = motion.ratePerSecond === undefined ? Infinity : motion.ratePerSecond / 1000;
  const linear = Math.max(0, Math.abs(left) - limit * motion.timeConstantMs);
  const linearMs = limit === Infinity ? 0 : linear / limit;
  if (ms < linearMs) return value + Math.sign(left) * limit * ms;
  if (motion.timeConstantMs === 0) return target;
  const rest = limit === Infinity ? left : Math.sign(left) * (Math.abs(left) - linear);
  return target - rest * Math.exp(-(ms - linearMs) / motion.timeConstantMs);
}

/** In how many ms no more than `tolerance` is left to the target; Infinity for a value that never gets so near. */
export function approachMs(value: number, target: number, tolerance: number, motion: Motion): number {
  const left = Math.abs(target - value);
  const { timeConstantMs, ratePerSecond } = motion;
  if (left <= tolerance) return 0;
  if (ratePerSecond === undefined) return timeConstantMs === 0 ? 0 : timeConstantMs * Math.log(left / tolerance);
  const limit = ratePerSecond / 1000;
  const lagging = Math.min(left, limit * timeConstantMs);
  if (tolerance >= lagging) return (left - tolerance) / limit;
  return (left - lagging) / limit + timeConstantMs * Math.log(lagging / tolerance);
}
