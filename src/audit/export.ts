import { readFileSync } from 'node:fs';
import { readLink } from './line.ts';
import { listSegments, splitLines } from './segments.ts';
import { csvHead, csvLine } from './table.ts';

export interface ExportOptions {
  /** Ms since 1970, inclusive. */
  readonly from: number;
  /** Ms since 1970, exclusive. */
  readonly to: number;
  readonly format: 'jsonl' | 'csv';
}

/** Writes entries, oldest first; returns how many lines were left out, since they are not what was written. Synchronous. */
export function exportAudit(directory: string, options: ExportOptions, write: (text: string) => void): number {
  const { from, to, format } = options;
  let damaged = 0;
  if (format === 'csv') write(csvHead);
  for (const { path } of listSegments(directory)) {
    const lines: string[] = [];
    for (const line of splitLines(readFileSync(path)).lines) {
      const link = readLink(line);
      const at = link === undefined ? NaN : Date.parse(link.at);
      if (link === undefined) damaged++;
      else if (at >= from && at < to) lines.push(format === 'csv' ? csvLine(link) : `${line.toString()}\n`);
    }
    if (lines.length > 0) write(lines.join(''));
  }
  return damaged;
}
