import type { CommandRecord } from '../store/record.ts';

export type NewRecord = Pick<
  CommandRecord,
  'device' | 'command' | 'params' | 'by' | 'simulated' | 'declared' | 'submittedAt' | 'key'
>;

/** All that it will have is named at once, as of a passage; what is undefined is left out when it is written. */
export function newRecord(
  id: string,
  { device, command, params, by, simulated, declared, submittedAt, key }: NewRecord,
): CommandRecord {
  return {
    id,
    device,
    command,
    params,
    by,
    simulated,
    declared,
    submittedAt,
    key,
    state: 'queued',
    outcome: undefined,
    reason: undefined,
    confirmation: undefined,
    evidence: undefined,
    result: undefined,
    error: undefined,
    resolvedLate: undefined,
    attempts: undefined,
    sentAt: undefined,
    endedAt: undefined,
  };
}
