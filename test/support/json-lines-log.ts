import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEntry, LogPosition, LogSlice } from '../../src/store/log/entry.ts';
import type { CommandRecord } from '../../src/store/record.ts';

/** A log as simple as can be: segments `1.jsonl`, `2.jsonl`, … of JSON lines. */
export function readLog(directory: string, from: LogPosition | undefined, maxEntries: number): LogSlice {
  const segments = segmentsOf(directory);
  let at = from ?? { segment: segments[0] ?? 1, offset: 0 };
  const texts: string[] = [];
  for (const segment of segments) {
    if (segment < at.segment) continue;
    if (segment > at.segment) at = { segment, offset: 0 };
    const text = readFileSync(join(directory, `${segment}.jsonl`))
      .subarray(at.offset)
      .toString('utf8');
    for (const line of text.split('\n').slice(0, -1)) {
      if (texts.length === maxEntries) return { texts, next: at };
      // A line that is none makes a log that cannot be read.
      JSON.parse(line);
      texts.push(line);
      at = { segment, offset: at.offset + Buffer.byteLength(line) + 1 };
    }
  }
  return { texts, next: at };
}

export function appendToLog(directory: string, entries: readonly LogEntry[], segment = 1): void {
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  appendFileSync(join(directory, `${segment}.jsonl`), text);
}

export function appendCommands(directory: string, records: readonly CommandRecord[], segment = 1): void {
  appendToLog(
    directory,
    records.map((record) => ({ kind: 'command', record })),
    segment,
  );
}

function segmentsOf(directory: string): number[] {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter((file) => file.endsWith('.jsonl'));
  return files.map((file) => Number.parseInt(file, 10)).sort((a, b) => a - b);
}
