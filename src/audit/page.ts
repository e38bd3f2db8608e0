import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { turn } from '../store/thread/serve.ts';
import { type Head, type Link, readLink } from './line.ts';
import { linesBackward, listSegments } from './segments.ts';
import { firstLinkOf } from './tail.ts';

export interface AuditQuery {
  readonly what?: string | undefined;
  readonly by?: string | undefined;
  readonly device?: string | undefined;
  /** Only entries with a smaller number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** An entry as it stands in the log. */
export type ShownEntry = Head & Readonly<Record<string, unknown>>;

/** Newest first. Filters that fit few entries give short pages, even empty ones, that have a `next`. */
export interface AuditPage {
  readonly items: readonly ShownEntry[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: number | undefined;
  /** Lines that were passed over, since they are not what was written. */
  readonly damaged: number;
}

/** Lines that are looked at for one page: some milliseconds, in parts between which others have their turn. */
const maxLines = 5000;
const linesAtOnce = 200;
/** `others` lets them have their turn. */
export async function readPage(directory: string, query: AuditQuery, others = turn): Promise<AuditPage> {
  const items: ShownEntry[] = [];
  let looked = 0;
  let damaged = 0;
  const segments = existsSync(directory) ? listSegments(directory) : [];
  for (const { path } of segments.toReversed()) {
    if (query.before !== undefined && ((await firstLinkOf(path))?.seq ?? 0) >= query.before) continue;
    let lines = 0;
    for (const line of linesBackward(await readFile(path))) {
      if (++lines % linesAtOnce === 0) await others();
      const link = readLink(line);
      if (link === undefined) damaged++;
      else if (link.seq < (query.before ?? Infinity)) {
        looked++;
        if (fits(link, query)) items.push({ seq: link.seq, ...link.content, hash: link.hash });
        if (items.length >= query.limit || looked >= maxLines) return { items, next: link.seq, damaged };
      }
    }
  }
  return { items, next: undefined, damaged };
}

function fits({ content }: Link, query: AuditQuery): boolean {
  return (['what', 'by', 'device'] as const).every((key) => query[key] === undefined || content[key] === query[key]);
}
