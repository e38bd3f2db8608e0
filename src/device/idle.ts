import { type Clock, delay } from '../clock.ts';

export interface IdleTarget {
  readonly clock: Clock;
  /** Silence after which the device is asked. */
  readonly idleMs: number;
  /** An instant of the monotonic clock: when the device was last heard. */
  readonly heardAt: () => number;
  /** Asks it something; what comes of that is kept by whoever asks. */
  readonly probe: () => Promise<void>;
}

/** Asks a device of which nothing has been heard for a while, and again after each such while. */
export async function idleLoop({ clock, idleMs, heardAt, probe }: IdleTarget, signal: AbortSignal): Promise<void> {
  let askedAt = -Infinity;
  while (!signal.aborted) {
    const dueAt = Math.max(heardAt(), askedAt) + idleMs;
    const wait = dueAt - clock.monotonic();
    if (wait > 0) {
      await delay(clock, wait, signal).catch(() => {});
    } else {
      await probe().catch(() => {});
      askedAt = clock.monotonic();
    }
  }
}
