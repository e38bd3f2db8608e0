import { redacted } from '../audit/redact.ts';
import type { Audit, AuditEntry, AuditSink } from '../audit/sink.ts';
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
  if (isTold(passage)) audit.add({ ...aboutPassage(passage), what: 'command' });
}

/** How it ended; `what` is another word where a late answer settled it. */
export function tellEnd(audit: AuditSink, passage: Passage, what = 'commandEnded'): void {
  if (isTold(passage)) audit.add({ ...aboutPassage(passage), what, ...endOf(passage.record) });
}

/** Of a command that the process before left open. */
export function tellRecovered(audit: AuditSink, record: CommandRecord): void {
  audit.add({ ...aboutRecord(record), from: undefined, what: 'commandEnded', ...endOf(record) });
}

function isTold({ resolved, record }: Passage): boolean {
  return record !== undefined && resolved?.spec.effect !== 'read';
}

function aboutPassage({ record, resolved, submission }: Passage): AuditEntry {
  const { device, command, params, caller } = submission;
  const about = record === undefined ? { device, command, by: caller.name } : aboutRecord(record);
  return { ...about, what: 'command', from: caller.from, params: redacted(params, resolved?.params) };
}

function aboutRecord({ id, device, command, by, simulated }: CommandRecord) {
  return { id, device, command, by, ...(simulated ? { simulated } : {}) };
}

function endOf(record: CommandRecord | undefined): Pick<AuditEntry, 'outcome' | 'code' | 'detail'> {
  // One whose end is not on record may have had any.
  if (record?.state !== 'ended') return { outcome: 'unknown', detail: 'its end could not be put on record' };
  return { outcome: record.outcome, code: record.error?.code, detail: record.error?.detail };
}
