import { rmSync, statSync } from 'node:fs';
import { decodeHeader, type Header, headerBytes, readPart, type SegmentFile } from './segment.ts';

export interface Retention {
  /** A segment whose newest entry is older is dropped. */
  readonly maxAgeMs: number;
  /** All segments together; the oldest are dropped. */
  readonly maxBytes: number;
}

/** A segment as retention sees it. */
export interface Kept extends SegmentFile {
  readonly createdAt: number;
  /** When it was there at the latest: earlier than it says where the clock was ahead when it was made. */
  readonly madeBy: number;
  /** Wall-clock time (ms since 1970) before which nothing in it was written; -Infinity if nobody knows. */
  readonly since: number;
  readonly bytes: number;
  /** Where its snapshot ends. */
  readonly firstEntry: number;
}

/** Small segments count as much as this, so that their number is bounded, too. */
const leastBytes = 256 * 1024;

/** File systems have clocks of their own. */
const clockSlackMs = 60_000;

/** How many of the segments (oldest first) are to go. The newest stays, whatever its age and size. */
export function countToDrop(segments: readonly Kept[], { maxAgeMs, maxBytes }: Retention, now: number): number {
  let total = segments.reduce((sum, segment) => sum + charge(segment), 0);
  const made = segments.map(({ madeBy }) => madeBy);
  let count = 0;
  for (const [index, segment] of segments.slice(0, -1).entries()) {
    if (total <= maxBytes && endOf(made, index, now) >= now - maxAgeMs) break;
    total -= charge(segment);
    count += 1;
  }
  return count;
}

/**
 * By when all was written that is in a segment: before any later one was made. Clocks are ahead, or behind, for a while: what
 * was made after now, or before an earlier one, says nothing. Infinite if none says anything.
 * @param made When each was made (ms since 1970), the oldest segment first.
 */
export function endOf(made: readonly number[], index: number, now: number): number {
  const known = (each: readonly number[]): number[] => each.filter((at) => at <= now);
  const least = Math.max(...known(made.slice(0, index + 1)));
  return known(made.slice(index + 1)).find((at) => at >= least) ?? Infinity;
}

/** Nothing that was written before this time is kept any more; undefined if nobody knows. */
export function keptSince(segments: readonly Kept[], now: number): number | undefined {
  const least = Math.min(now, ...segments.map(({ since }) => since));
  return Number.isFinite(least) ? least : undefined;
}

function charge({ bytes }: Kept): number {
  return Math.max(bytes, leastBytes);
}

/** What cannot be deleted stays behind; whether an entry is on record does not depend on it. */
export function dropSegments(segments: readonly SegmentFile[]): void {
  for (const { path } of segments) {
    try {
      rmSync(path, { force: true });
    } catch {
      // It is found and tried again when the log is opened the next time.
    }
  }
}

/** A segment whose header is damaged counts as made when its file was last changed. */
export function inspectSegment({ number, path }: SegmentFile): Kept {
  const { size: bytes, mtimeMs } = statSync(path);
  const { createdAt, snapshotBytes } = headerOf(path) ?? { createdAt: mtimeMs, snapshotBytes: 0 };
  // A file that was made after it was last changed: the clock was wrong when it was made, and may have been set since.
  const since = createdAt > mtimeMs + clockSlackMs ? -Infinity : createdAt;
  const madeBy = Math.min(createdAt, mtimeMs);
  return { number, path, bytes, createdAt, madeBy, since, firstEntry: headerBytes + snapshotBytes };
}

function headerOf(path: string): Header | undefined {
  try {
    return decodeHeader(readPart(path, 0, headerBytes).bytes, path);
  } catch {
    return undefined;
  }
}
