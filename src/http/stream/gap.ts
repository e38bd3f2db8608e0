import { type GapReason, timeOfId } from '../../stream/index.ts';
import { isOfCalendar } from '../instant.ts';
import { timeOf } from '../views.ts';

/** What cannot be told any more, and what to ask for instead. What stands now follows as a snapshot. */
export function gapView(from: number, to: number, reason: GapReason): object {
  const since = timeOfId(from);
  const when = reason !== 'unknown' && isOfCalendar(since) ? `?from=${timeOf(since)}` : '';
  return { from, to, reason, reload: ['/v1/devices', `/v1/commands${when}`] };
}
