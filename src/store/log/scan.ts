import type { LogEntry } from './entry.ts';
import { decodeFrame, findFrame } from './frame.ts';

/** An entry, its text, and where it ends. */
export interface Scanned {
  readonly entry: LogEntry;
  readonly text: string;
  readonly end: number;
}

/**
 * How a stretch of a segment ends: `clean` at its last entry; `torn` in bytes that are no entry, with none after them,
 * which is what a crash leaves; `corrupt` in bytes that are none with entries after them, or in a whole frame whose text
 * is no entry.
 */
export interface ScanEnd {
  readonly state: 'clean' | 'torn' | 'corrupt';
  /** Where the valid entries end. */
  readonly end: number;
}

/** Reads entries from `from` on, hands each to `each`, and tells how the bytes end. */
export function scan(bytes: Buffer, from: number, each: (scanned: Scanned) => void): ScanEnd {
  let at = from;
  while (at < bytes.length) {
    const frame = decodeFrame(bytes, at);
    if (frame.kind !== 'whole') {
      return { state: findFrame(bytes, at + 1) === undefined ? 'torn' : 'corrupt', end: at };
    }
    const entry = parseEntry(frame.text);
    if (entry === undefined) return { state: 'corrupt', end: at };
    at = frame.end;
    each({ entry, text: frame.text, end: at });
  }
  return { state: 'clean', end: at };
}

/** The entry that a text stands for; undefined if it is none. The checksum vouches for the rest of its shape. */
export function parseEntry(text: string): LogEntry | undefined {
  const value = parse(text);
  if (!isObject(value)) return undefined;
  // Written by line.ts from these very types, and checksummed.
  if (value['kind'] === 'fact' && typeof value['key'] === 'string') return value as unknown as LogEntry;
  if (value['kind'] !== 'command' || !isObject(value['record'])) return undefined;
  const { id, state } = value['record'];
  return typeof id === 'string' && typeof state === 'string' ? (value as unknown as LogEntry) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
