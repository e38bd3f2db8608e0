import type { Invoked } from '../device/invoke.ts';
import type { ErrorCode } from '../errors.ts';
import { need } from './need.ts';
import { isBusy } from './outcome.ts';
import type { Passages } from './passages.ts';
import type { Passage } from './step.ts';
import { verdictOf } from './verdict.ts';

/** What a repetition may mend: the device, or the line, and nothing that somebody decided. */
const transient: readonly (ErrorCode | undefined)[] = ['device-timeout', 'device-protocol', 'connection-lost'];

/** A device that says "not now" is given some time. */
export const busyPauseMs = 100;

/**
 * Whether a command may be sent again: what only reads or sets, on a device that is configured for it, while it is the
 * newest command of the device and no late reply has settled it.
 */
export function mayRetry(passage: Passage, attempt: number, passages: Passages): boolean {
  const invoked = need(passage.invoked);
  const { spec } = need(passage.resolved);
  if (spec.effect === 'actuate' || spec.long === true || spec.abortable === true) return false;
  if (attempt > (need(passage.device).settings.retries ?? 0)) return false;
  if (!invoked.left || !(isBusy(invoked.error) || transient.includes(verdictOf(passage, invoked).error?.code)))
    return false;
  return mayStillRetry(passage, passages);
}

/** Asked again when its turn has come. */
export function mayStillRetry(passage: Passage, passages: Passages): boolean {
  return passage.late !== true && passages.of(need(passage.device).id).at(-1) === passage;
}

/**
 * What is known after one more attempt. One that did not leave, and a refusal, say nothing of the attempt before: that
 * one may have been executed.
 */
export function afterRetry(passage: Passage, before: Invoked, now: Invoked): Invoked {
  const isRead = need(passage.resolved).spec.effect === 'read';
  const { outcome } = verdictOf(passage, now);
  // A device that was busy did nothing: there is no attempt before that may have been executed.
  if (isBusy(before.error) && outcome !== 'not-sent') return now;
  return outcome === 'not-sent' || (outcome === 'refused' && !isRead) ? before : now;
}
