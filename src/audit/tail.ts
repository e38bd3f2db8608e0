import { hash as digest } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { genesis, type Head, type Link, readLink } from './line.ts';
import { listSegments, type Segment, splitLines } from './segments.ts';

/** Bytes after the last whole line of a segment: a crash cut them off. */
export interface Torn {
  readonly segment: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** How a log ends. */
export interface Tail {
  readonly head: Head;
  readonly segments: readonly Segment[];
  /** When the first entry of the newest segment was written, ms since 1970. */
  readonly begunAt: number | undefined;
  readonly bytes: number;
  readonly torn: readonly Torn[];
  /** Segments in which whole lines behind the head are not what was written. */
  readonly damaged: readonly string[];
}

/** Reads as much of the newest segments as it takes to find the last entry. Nothing is changed but that empty files go. */
export async function readTail(directory: string): Promise<Tail> {
  const segments = await withoutEmpty(listSegments(directory));
  const torn: Torn[] = [];
  const damaged: string[] = [];
  let newest: Buffer | undefined;
  let head: Head | undefined;
  for (const { name, path } of segments.toReversed()) {
    const bytes = await readFile(path);
    newest ??= bytes;
    const { lines, rest } = splitLines(bytes);
    if (rest.length > 0) torn.unshift({ segment: name, bytes: rest.length, sha256: digest('sha256', rest, 'hex') });
    const found = lastLink(lines);
    if (found.damaged) damaged.unshift(name);
    head = found.link;
    if (head !== undefined) break;
  }
  const begun = newest && begunAtOf(newest);
  return { head: head ?? genesis, segments, begunAt: begun, bytes: newest?.length ?? 0, torn, damaged };
}

/** Nearly every first entry of a segment fits: 40,000 characters of parameters at most, some of which take several bytes. */
const firstBytes = 65_536;

/** Of a segment, without reading the rest of it; undefined where that is not what was written. */
export async function firstLinkOf(path: string): Promise<Link | undefined> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(firstBytes), 0, firstBytes, 0);
  return firstLink(buffer.subarray(0, bytesRead));
}

/** When a segment was begun at the latest, ms since 1970: earlier than its first entry says where the clock was ahead then. */
export async function begunAt({ path }: Segment): Promise<number> {
  const { mtimeMs } = await stat(path);
  const link = await firstLinkOf(path);
  return link === undefined ? mtimeMs : Math.min(mtimeMs, Date.parse(link.at));
}

function begunAtOf(bytes: Buffer): number | undefined {
  const at = firstLink(bytes)?.at;
  return at === undefined ? undefined : Date.parse(at);
}

export function firstLink(bytes: Buffer): Link | undefined {
  const end = bytes.indexOf(10);
  return end === -1 ? undefined : readLink(bytes.subarray(0, end));
}

function lastLink(lines: readonly Buffer[]): { link: Link | undefined; damaged: boolean } {
  let damaged = false;
  for (const line of lines.toReversed()) {
    const link = readLink(line);
    if (link !== undefined) return { link, damaged };
    damaged = true;
  }
  return { link: undefined, damaged };
}

/** A crash may leave a file in which nothing has been written yet. */
async function withoutEmpty(segments: Segment[]): Promise<Segment[]> {
  for (let last = segments.at(-1); last !== undefined; last = segments.at(-1)) {
    if ((await readFile(last.path)).length > 0) break;
    await rm(last.path);
    segments.pop();
  }
  return segments;
}

/** The hash of an entry; undefined if the log holds none of that number. */
export async function hashOf(segments: readonly Segment[], seq: number): Promise<string | undefined> {
  for (const { path } of segments.toReversed()) {
    const bytes = await readFile(path);
    if ((firstLink(bytes)?.seq ?? Infinity) > seq) continue;
    return splitLines(bytes)
      .lines.map((line) => readLink(line))
      .find((link) => link?.seq === seq)?.hash;
  }
  return undefined;
}
