import type { CommandRecord } from '../record.ts';
import { parseEntry } from './scan.ts';

/** A command as it stood in an entry: the record, and the text that it was written as. */
export interface WrittenCommand {
  readonly record: CommandRecord;
  readonly text: string;
}

/** What line.ts writes before a record and before its id, which comes first. */
const beforeRecord = '{"kind":"command","record":';
const beforeId = `${beforeRecord}{"id":"`;

/** The commands of some entries, each as it stands in the last one. What an entry says is read only where it counts. */
export function latestCommands(texts: readonly string[]): WrittenCommand[] {
  const latest = new Map<string, string>();
  for (const text of texts) {
    const id = idIn(text);
    if (id !== undefined) latest.set(id, text);
  }
  return [...latest.values()].flatMap((text) => writtenIn(text) ?? []);
}

/** The id of an entry's command; undefined where it is of none. */
function idIn(text: string): string | undefined {
  if (text.startsWith(beforeId)) {
    const id = text.slice(beforeId.length, text.indexOf('"', beforeId.length));
    if (!id.includes('\\')) return id;
  }
  return writtenIn(text)?.record.id;
}

function writtenIn(text: string): WrittenCommand | undefined {
  const entry = parseEntry(text);
  if (entry?.kind !== 'command') return undefined;
  const { record } = entry;
  return { record, text: text.startsWith(beforeRecord) ? text.slice(beforeRecord.length, -1) : JSON.stringify(record) };
}
