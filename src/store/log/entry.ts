import type { CommandRecord } from '../record.ts';

/** One entry of the log: a command as it stood, or a fact as it was set (`value` undefined: removed). */
export type LogEntry =
  | { readonly kind: 'command'; readonly record: CommandRecord }
  | { readonly kind: 'fact'; readonly key: string; readonly value?: unknown };

/** Where an entry begins: a segment's number and the byte in it. */
export interface LogPosition {
  readonly segment: number;
  readonly offset: number;
}

/**
 * Some entries in order, as they were written (`parseEntry` tells what they say: most of them are replaced by a later one
 * before anybody needs to know), and where the next one begins or will begin.
 */
export interface LogSlice {
  readonly texts: readonly string[];
  readonly next: LogPosition;
  /** Bytes that were no entries and had to be left out, if any: damage in an old segment. */
  readonly skippedBytes?: number;
}

/**
 * Reads up to `maxEntries` entries from a position on (undefined: the oldest there are), across segments. Synchronous;
 * for threads that may block. A position in a segment that is gone continues with the oldest that is left. At the end of
 * what has been written it returns no entries and the same position.
 */
export type ReadLog = (directory: string, from: LogPosition | undefined, maxEntries: number) => LogSlice;
