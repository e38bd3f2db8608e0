import { BellcrankError } from '../errors.ts';
import type { CommandError, CommandRecord } from '../store/record.ts';
import { need } from './need.ts';
import { judgeError, toError, type Verdict } from './outcome.ts';
import { notAgainAfter } from './retry.ts';
import type { Passage } from './step.ts';
import { takenResult, verdictOf, wrongResult } from './verdict.ts';

type Ended =
  | 'outcome'
  | 'reason'
  | 'confirmation'
  | 'evidence'
  | 'result'
  | 'error'
  | 'resolvedLate'
  | 'sentAt'
  | 'key';

/** What a command's end changes of its record; what is undefined is left out when it is written. */
export type Ending = { readonly [K in Ended]?: CommandRecord[K] | undefined };

/** Judges a command that has been through its steps; the device's answer is validated, too. */
export function endingOf(passage: Passage, failure: unknown): { ending: Ending; fault: unknown } {
  const record = need(passage.record);
  const resolved = need(passage.resolved);
  const { invoked } = passage;
  const verdict =
    invoked === undefined ? judgeError(resolved.spec.effect, false, toError(failure)) : verdictOf(passage, invoked);
  const ending: Ending = {
    ...verdictFields(verdict, notAgainAfter(passage)),
    result: verdict.result,
    confirmation: invoked?.level,
    evidence: invoked?.evidence,
    // Announced to the record but provably not sent: the connection refused before it took a byte.
    sentAt: invoked?.left === true ? record.sentAt : undefined,
    // A key whose command came to nothing is free again, so that a retry can execute.
    key: verdict.outcome === 'not-sent' ? undefined : record.key,
  };
  const { error } = verdict;
  return { ending, fault: error?.code === 'driver-fault' ? (error.cause ?? error) : undefined };
}

/** Gives a record its end; what that does not name stays as it is. */
export function end(record: CommandRecord, ending: Ending, endedAt: number): CommandRecord {
  record.state = 'ended';
  record.endedAt = endedAt;
  return Object.assign(record, ending);
}

/** What a late reply to one attempt makes of a command that ended `unknown`, or why it makes nothing of it. */
export function lateEnding(passage: Passage, attempt: number, result: unknown): Ending | string {
  const record = need(passage.record);
  const resolved = need(passage.resolved);
  if (record.outcome !== 'unknown') return 'the command is resolved';
  if (result instanceof BellcrankError) return lateRefusal(passage, attempt, result);
  const told = takenResult(resolved, result);
  if (told.error !== undefined) return wrongResult(told.error);
  if (resolved.verification(record.params) !== undefined) return 'it was not read back what the device made of it';
  return {
    ...verdictFields({ outcome: 'succeeded' }),
    confirmation: resolved.spec.confirmation,
    resolvedLate: true,
    ...(resolved.result === undefined ? {} : { result: told.value }),
  };
}

/** A refusal says nothing of other attempts, and none but the last that may have been executed says what the device is like now. */
function lateRefusal(passage: Passage, attempt: number, error: BellcrankError): Ending | string {
  const verdict = judgeError(need(passage.resolved).spec.effect, true, error);
  if (verdict.outcome === 'unknown') return error.message;
  const { doubtful = [attempt] } = passage;
  const isRefused = verdict.outcome === 'refused';
  if (isRefused) passage.doubtful = doubtful.filter((each) => each !== attempt);
  const isAll = isRefused ? passage.doubtful?.length === 0 : doubtful.at(-1) === attempt;
  return isAll ? { ...verdictFields(verdict), resolvedLate: true } : 'another attempt may have been executed';
}

/** `after`: what kept it from being sent again. */
function verdictFields({ outcome, reason, error }: Verdict, after?: string): Ending {
  const told = error && commandError(error);
  return {
    outcome,
    reason,
    error: told && after !== undefined ? { ...told, detail: `${told.detail}; not sent again after ${after}` } : told,
  };
}

export function commandError({ code, message, device }: BellcrankError): CommandError {
  return { code, detail: message, ...(device === undefined ? {} : { device }) };
}
