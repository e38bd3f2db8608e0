import { readFileSync, truncateSync } from 'node:fs';
import type { CommandRecord } from '../record.ts';
import { letGo } from './let-go.ts';
import { lineOf } from './line.ts';
import { toLogError } from './log-error.ts';
import { scan, type Scanned } from './scan.ts';
import { corrupt, decodeHeader, headerBytes, type SegmentFile } from './segment.ts';

/** What the process before left. */
export interface Recovered {
  /** What each says, as JSON: most of them are read later, if at all, and texts cross to another thread in no time. */
  readonly facts: readonly (readonly [key: string, json: string])[];
  /** Commands that had not ended, oldest first. */
  readonly inDoubt: readonly CommandRecord[];
  /** Bytes of a write that a crash interrupted: nothing that was promised; they have been cut off. */
  readonly tornBytes: number;
}

/** The lines of the next snapshot by their keys. */
export type Live = Map<string, string>;

/**
 * Replays the newest segment, which holds everything that still matters, and cuts off a torn tail. Throws `corrupt` or
 * `newer` without having changed anything.
 */
export function recover(segment: SegmentFile | undefined): { readonly recovered: Recovered; readonly live: Live } {
  if (segment === undefined) return { recovered: { facts: [], inDoubt: [], tornBytes: 0 }, live: new Map() };
  const bytes = readWhole(segment.path);
  const { live, end } = replay(bytes, segment.path);
  const tornBytes = bytes.length - end;
  letGo(bytes);
  if (tornBytes > 0) cut(segment.path, end);
  const texts = new Map([...live].map(([key, { text }]) => [key, text]));
  return { recovered: { ...sortOut(live), tornBytes }, live: texts };
}

function replay(bytes: Buffer, path: string): { live: Map<string, Scanned>; end: number } {
  const { snapshotBytes } = decodeHeader(bytes, path);
  const live = new Map<string, Scanned>();
  const { state, end } = scan(bytes, headerBytes, (scanned) => {
    const line = lineOf(scanned.entry, scanned.text);
    if (line.live) live.set(line.key, scanned);
    else live.delete(line.key);
  });
  // The snapshot was on the disk before the file had its name: no crash leaves a part of it.
  if (state === 'corrupt' || end < headerBytes + snapshotBytes) throw corrupt(path, end);
  return { live, end };
}

function sortOut(live: ReadonlyMap<string, Scanned>): Pick<Recovered, 'facts' | 'inDoubt'> {
  const facts: [string, string][] = [];
  const inDoubt: CommandRecord[] = [];
  for (const { entry } of live.values()) {
    if (entry.kind === 'fact') facts.push([entry.key, JSON.stringify(entry.value)]);
    else inDoubt.push(entry.record);
  }
  return { facts, inDoubt: inDoubt.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw toLogError(`${path} cannot be read`, error);
  }
}

function cut(path: string, end: number): void {
  try {
    truncateSync(path, end);
  } catch (error) {
    throw toLogError(`${path} cannot be written`, error);
  }
}
