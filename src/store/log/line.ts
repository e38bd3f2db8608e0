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

export function commandKey(id: string): string {
  return `c:${id}`;
}

export function factKey(key: string): string {
  return `f:${key}`;
}

export function commandLine(record: CommandRecord): LogLine {
  return lineOf({ kind: 'command', record }, JSON.stringify({ kind: 'command', record }));
}

export function factLine(key: string, value: unknown): LogLine {
  const entry = { kind: 'fact', key, value } as const;
  return lineOf(entry, JSON.stringify(entry));
}

export function lineOf(entry: LogEntry, text: string): LogLine {
  if (entry.kind === 'fact') return { key: factKey(entry.key), text, live: entry.value !== undefined };
  return { key: commandKey(entry.record.id), text, live: entry.record.state !== 'ended' };
}
