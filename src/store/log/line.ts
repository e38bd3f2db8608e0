import type { CommandRecord } from '../record.ts';
import type { LogEntry } from './entry.ts';

/** An entry on its way to the file, as text: the writer needs to know no more of it than this. */
export interface LogLine {
  /** What it is about; a later line with the same key replaces this one in snapshots. */
  readonly key: string;
  readonly text: string;
  /** Whether it belongs in the next snapshot: a fact that is set, or a command that has not ended. */
  readonly live: boolean;
}

/** An id as it is: it is a UUID, and keys of facts are none. What has another prefix each time is hashed each time. */
export function commandKey(id: string): string {
  return id;
}

export function factKey(key: string): string {
  return `f:${key}`;
}

export function commandLine(record: CommandRecord): LogLine {
  return { key: commandKey(record.id), text: JSON.stringify({ kind: 'command', record }), live: isLive(record) };
}

export function factLine(key: string, value: unknown): LogLine {
  const entry = { kind: 'fact', key, value } as const;
  return lineOf(entry, JSON.stringify(entry));
}

export function lineOf(entry: LogEntry, text: string): LogLine {
  if (entry.kind === 'fact') return { key: factKey(entry.key), text, live: entry.value !== undefined };
  return { key: commandKey(entry.record.id), text, live: isLive(entry.record) };
}

function isLive({ state }: CommandRecord): boolean {
  return state !== 'ended';
}
