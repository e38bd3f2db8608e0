export interface BackoffLimits {
  readonly firstMs: number;
  readonly capMs: number;
}

/**
 * How long to wait before attempt `attempt` (0 is the first retry): doubling, capped, with jitter over its upper half
 * so that devices that failed together do not return together. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, limits: BackoffLimits, random: number): number {
  const full = Math.min(limits.capMs, limits.firstMs * 2 ** Math.min(attempt, 30));
  return full / 2 + (full / 2) * random;
}

/** The pause after a probe that took `probeMs`, so that probing costs the others on its line at most 10 % of their time. */
export function probePauseMs(probeMs: number, pauseMs: number): number {
  return Math.max(pauseMs, probeMs * 9);
}
