import type { LogPosition, LogSlice, ReadLog } from './entry.ts';
import { decodeFrame, findFrame, frameHeadBytes, maxTextBytes } from './frame.ts';
import { errorCode, LogError } from './log-error.ts';
import { decodeHeader, headerBytes, listSegments, readPart, type SegmentFile } from './segment.ts';

/** Most entries are far shorter than this; a longer one is read once more, whole. */
const chunkBytes = 256 * 1024;

/** What one segment gave. `ended`: nothing more is in it. */
interface Part {
  readonly texts: readonly string[];
  readonly offset: number;
  readonly skipped: number;
  readonly ended: boolean;
}

/**
 * See `ReadLog`. A segment begins with a snapshot, so some entries come a second time, unchanged. The newest segment may
 * be growing: what is not whole there will be. An older one does not change any more, so what is not valid in it is
 * damage; it is left out and counted. Throws `newer` at a segment of a newer version.
 */
export const readLog: ReadLog = (directory, from, maxEntries) => {
  const segments = listSegments(directory);
  const texts: string[] = [];
  let skippedBytes = 0;
  let next = placeIn(segments, from);
  for (let index = segments.findIndex(({ number }) => number === next.segment); index >= 0;) {
    const segment = segments[index];
    if (segment === undefined) break;
    const isNewest = index === segments.length - 1;
    const part = readPartOf(segment, next.offset, maxEntries - texts.length, isNewest);
    texts.push(...part.texts);
    skippedBytes += part.skipped;
    next = { segment: segment.number, offset: part.offset };
    if (texts.length >= maxEntries || (part.ended && isNewest)) break;
    if (!part.ended) continue;
    index += 1;
    next = { segment: segments[index]?.number ?? next.segment, offset: headerBytes };
  }
  return sliceOf(texts, next, skippedBytes);
};

function sliceOf(texts: readonly string[], next: LogPosition, skippedBytes: number): LogSlice {
  return { texts, next, ...(skippedBytes > 0 ? { skippedBytes } : {}) };
}

/** The position itself, or the beginning of the first segment after it; of the oldest if none is. */
function placeIn(segments: readonly SegmentFile[], from: LogPosition | undefined): LogPosition {
  const found = segments.find(({ number }) => number >= (from?.segment ?? 0)) ?? segments[0];
  if (found === undefined) return { segment: 1, offset: headerBytes };
  if (from?.segment === found.number) return { segment: from.segment, offset: Math.max(from.offset, headerBytes) };
  return { segment: found.number, offset: headerBytes };
}

function readPartOf(segment: SegmentFile, from: number, maxEntries: number, isNewest: boolean): Part {
  try {
    if (from === headerBytes) refuseNewer(segment.path);
    return readEntries(segment.path, from, maxEntries, isNewest);
  } catch (error) {
    // Retention may have dropped it since it was listed.
    if (errorCode(error) === 'ENOENT') return { texts: [], offset: from, skipped: 0, ended: true };
    throw error;
  }
}

/** A damaged header is no reason to give up the entries behind it: each of them vouches for itself. */
function refuseNewer(path: string): void {
  try {
    decodeHeader(readPart(path, 0, headerBytes).bytes, path);
  } catch (error) {
    if (!(error instanceof LogError && error.fault === 'corrupt')) throw error;
  }
}

function readEntries(path: string, from: number, maxEntries: number, isNewest: boolean): Part {
  const { bytes, size } = readChunk(path, from);
  const texts: string[] = [];
  let at = 0;
  while (texts.length < maxEntries) {
    const frame = decodeFrame(bytes, at);
    if (frame.kind !== 'whole') break;
    texts.push(frame.text);
    at = frame.end;
  }
  // A segment whose last batch failed is cut back, so a position may lie behind its end.
  const ended = from + at >= size;
  if (at > 0 || ended) return { texts, offset: from + at, skipped: 0, ended };
  return isNewest ? atGrowingEnd(from, bytes) : pastDamage(from, readPart(path, from, size - from).bytes);
}

/** At least the whole first frame, if it is whole in the file. */
function readChunk(path: string, from: number): { bytes: Buffer; size: number } {
  const part = readPart(path, from, chunkBytes);
  const first = decodeFrame(part.bytes, 0);
  if (first.kind !== 'cut' || from + first.end > part.size) return part;
  return readPart(path, from, frameHeadBytes + maxTextBytes);
}

/** What is not whole yet is waited for, unless whole entries stand behind it. */
function atGrowingEnd(from: number, bytes: Buffer): Part {
  if (findFrame(bytes, 1) !== undefined) return pastDamage(from, bytes);
  return { texts: [], offset: from, skipped: 0, ended: true };
}

function pastDamage(from: number, bytes: Buffer): Part {
  const found = findFrame(bytes, 1);
  const skipped = found ?? bytes.length;
  return { texts: [], offset: from + skipped, skipped, ended: found === undefined };
}
