import { redacted } from '../audit/redact.ts';
import type { Audit, AuditSink } from '../audit/sink.ts';
import type { AuditEntry } from '../audit/entry.ts';
import type { BellcrankError } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import type { Gate } from './gate.ts';
import type { Passage } from './step.ts';

/** While the audit is required and cannot be written, nothing is done that it would have to tell. */
export function auditGate(audit: Audit): Gate {
  return { check: ({ effect }): BellcrankError | undefined => (effect === 'read' ? undefined : audit.refusal()) };
}

/** A command was taken. What only reads is not told. */
export function tellTaken(audit: AuditSink, passage: Passage): void {
  if (isTold(passage)) audit.add(entryOf(passage, 'command', {}));
}

/** How it ended; `what` is another word where a late answer settled it. */
export function tellEnd(audit: AuditSink, passage: Passage, what = 'commandEnded'): void {
  if (isTold(passage)) audit.add(entryOf(passage, what, endOf(passage.record)));
}

/** Of a command that the process before left open. */
export function tellRecovered(audit: AuditSink, record: CommandRecord): void {
  const { id, device, command, by, simulated } = record;
  const about = { id, device, command, by, ...(simulated ? { simulated } : {}) };
  audit.add({ ...about, from: undefined, what: 'commandEnded', ...endOf(record) });
}

type Told = Passage & { readonly record: CommandRecord };

function isTold(passage: Passage): passage is Told {
  return passage.record !== undefined && passage.resolved?.spec.effect !== 'read';
}

type End = Pick<AuditEntry, 'outcome' | 'code' | 'detail'>;

function entryOf({ record, resolved, submission }: Told, what: string, { outcome, code, detail }: End): AuditEntry {
  const { id, device, command, by, simulated } = record;
  const params = redacted(submission.params, resolved?.params);
  const from = submission.caller.from;
  return { what, by, from, device, simulated: simulated || undefined, command, id, outcome, code, detail, params };
}

function endOf(record: CommandRecord): End {
  // One whose end is not on record may have had any.
  if (record.state !== 'ended') return { outcome: 'unknown', detail: 'its end could not be put on record' };
  return { outcome: record.outcome, code: record.error?.code, detail: record.error?.detail };
}
