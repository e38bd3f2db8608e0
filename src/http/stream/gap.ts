import { type GapReason, timeOfId } from '../../stream/index.ts';
import { isOfCalendar } from '../instant.ts';
import { timeOf } from '../views.ts';

/**
 * What cannot be told any more, and what to ask for instead. What stands now follows as a snapshot. Commands are found by when
 * they were submitted: `longestMs` before, there are those that were under way then, too.
 */
export function gapView(from: number, to: number, reason: GapReason, longestMs: number): object {
  const since = timeOfId(from) - longestMs;
  const when = reason !== 'unknown' && isOfCalendar(since) ? `?from=${timeOf(since)}` : '';
  return { from, to, reason, reload: ['/v1/devices', `/v1/commands${when}`] };
}
