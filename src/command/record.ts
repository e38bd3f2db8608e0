import type { CommandRecord } from '../store/record.ts';

export type NewRecord = Pick<
  CommandRecord,
  'device' | 'command' | 'params' | 'by' | 'simulated' | 'declared' | 'submittedAt'
>;

export function newRecord(id: string, fields: NewRecord): CommandRecord {
  return { id, ...fields, state: 'queued' };
}
