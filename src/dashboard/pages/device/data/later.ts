import { systemClock } from '../../../../clock.ts';

/** Calls once, unless what is returned is called before. */
export function later(ms: number, act: () => void): () => void {
  const timer = systemClock.timer(ms, act);
  return () => timer.cancel();
}

/** Ms that never jump. */
export const monotonic = (): number => systemClock.monotonic();
