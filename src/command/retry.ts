import type { Invoked } from '../device/invoke.ts';
import { type ErrorCode, isBusy } from '../errors.ts';
import { need } from './need.ts';
import type { Passage } from './step.ts';
import { verdictOf } from './verdict.ts';

/** What a repetition may mend: the device, or the line, and nothing that somebody decided. */
const transient: readonly (ErrorCode | undefined)[] = ['device-timeout', 'device-protocol', 'connection-lost'];

/** A device that says "not now" is given some time. */
export const busyPauseMs = 100;

/** Whether a command may be sent again now. */
export function mayRetry(passage: Passage): boolean {
  return isRepeatable(passage) && mayStillRetry(passage);
}

/** Asked again when its turn has come, and just before it leaves. */
export function mayStillRetry(passage: Passage): boolean {
  return passage.late !== true && overtakenBy(passage) === undefined;
}

/** What kept a command from being sent again. */
export function notAgainAfter(passage: Passage): string | undefined {
  return isRepeatable(passage) ? overtakenBy(passage) : undefined;
}

/** What only reads or sets, on a device that is configured for it, and what may be mended by it. */
function isRepeatable(passage: Passage): boolean {
  if (attemptOf(passage) > (need(passage.device).settings.retries ?? 0)) return false;
  const { spec } = need(passage.resolved);
  if (spec.effect === 'actuate' || spec.long === true || spec.abortable === true) return false;
  const { invoked } = passage;
  return (
    invoked?.left === true && (isBusy(invoked.error) || transient.includes(verdictOf(passage, invoked).error?.code))
  );
}

/** What came since it was accepted, also if it is over: sent again, the command would undo it. */
function overtakenBy({ device, decision, model }: Passage): string | undefined {
  const { decision: last, model: its } = need(device);
  if (last !== decision) return last.what;
  return its === model ? undefined : 'a change of what it can do';
}

/** Which attempt it is at. */
export function attemptOf({ record }: Passage): number {
  return need(record).attempts ?? 1;
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

/** Takes down which attempts of a command may have been executed, after one more. */
export function doubtfulAfter(passage: Passage, before: Invoked, now: Invoked): readonly number[] {
  const { doubtful = isBusy(before.error) ? [] : [1] } = passage;
  const may = now.left && verdictOf(passage, now).outcome !== 'refused';
  return may ? [...doubtful, attemptOf(passage)] : doubtful;
}
