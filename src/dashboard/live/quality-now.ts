import type { DeviceView, LiveProperty } from './types.ts';

/**
 * Whether a value can be relied on now. The stream tells what was read, and not that nothing has been read since: what a
 * device told before it went away, or before the service did, is old.
 */
export function qualityNow(
  { quality, error }: Pick<LiveProperty, 'quality' | 'error'>,
  { state }: Pick<DeviceView, 'state'>,
  connected: boolean,
): { readonly quality: LiveProperty['quality']; readonly error: string | undefined } {
  if (quality !== 'good') return { quality, error };
  if (!connected) return { quality: 'stale', error: 'the service does not answer' };
  return state === 'ready' ? { quality, error } : { quality: 'stale', error: `the device is ${state}` };
}
