import { hash as digest } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
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
  const begunAt = newest && begunAtOf(newest);
  return { head: head ?? genesis, segments, begunAt, bytes: newest?.length ?? 0, torn, damaged };
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
