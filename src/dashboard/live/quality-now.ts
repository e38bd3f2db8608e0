import type { DeviceView, LiveProperty } from './types.ts';

/** What is polled, and still is as it was, is told so at least once in so long, in ms (docs/stream.md). */
const toldMs = 10_000;
const missedPeriods = 3;

export interface Circumstances {
  readonly view: Pick<DeviceView, 'state'>;
  /** Whether the service answers. */
  readonly connected: boolean;
  /** The service's wall clock, ms. */
  readonly now: number;
  /** How often the device is asked for it, where that is known. */
  readonly pollMs?: number | undefined;
}

/**
 * Whether a value can be relied on now. The stream tells what was read, and not that nothing has been read since: what a
 * device told before it went away, or before the service did, is old, and so is what would have been told anew by now.
 */
export function qualityNow(
  { quality, error, heardAt }: Pick<LiveProperty, 'quality' | 'error' | 'heardAt'>,
  { view: { state }, connected, now, pollMs = Number.POSITIVE_INFINITY }: Circumstances,
): { readonly quality: LiveProperty['quality']; readonly error: string | undefined } {
  if (quality !== 'good') return { quality, error };
  if (!connected) return { quality: 'stale', error: 'the service does not answer' };
  if (state !== 'ready') return { quality: 'stale', error: `the device is ${state}` };
  // One that was heard in the future was so by another clock.
  const isMissed = Math.abs(now - heardAt) > missedPeriods * pollMs + toldMs;
  return isMissed ? { quality: 'stale', error: 'it has not been read since' } : { quality, error };
}
