import { BellcrankError } from '../errors.ts';
import type { CommandError, CommandRecord } from '../store/record.ts';
import { need } from './need.ts';
import { judgeError, toError, type Verdict } from './outcome.ts';
import type { Passage, Resolved } from './step.ts';
import { invalidResult, verdictOf } from './verdict.ts';

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
    ...verdictFields(verdict),
    result: verdict.outcome === 'succeeded' && resolved.result !== undefined ? invoked?.value : undefined,
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

/** What a late reply makes of a command that ended `unknown`, or why it makes nothing of it. */
export function lateEnding(record: CommandRecord, resolved: Resolved, result: unknown): Ending | string {
  if (record.outcome !== 'unknown') return 'the command is resolved';
  if (result instanceof BellcrankError) return lateRefusal(resolved, result);
  const invalid = invalidResult(resolved, result);
  if (invalid !== undefined) return invalid;
  if (resolved.verification(record.params) !== undefined) return 'it was not read back what the device made of it';
  return {
    ...verdictFields({ outcome: 'succeeded' }),
    confirmation: resolved.spec.confirmation,
    resolvedLate: true,
    ...(resolved.result === undefined ? {} : { result }),
  };
}

function lateRefusal(resolved: Resolved, error: BellcrankError): Ending | string {
  const verdict = judgeError(resolved.spec.effect, true, error);
  return verdict.outcome === 'unknown' ? error.message : { ...verdictFields(verdict), resolvedLate: true };
}

function verdictFields({ outcome, reason, error }: Verdict): Ending {
  return { outcome, reason, error: error && commandError(error) };
}

export function commandError({ code, message, device }: BellcrankError): CommandError {
  return { code, detail: message, ...(device === undefined ? {} : { device }) };
}
