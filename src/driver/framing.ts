import { assert } from '../assert.ts';

/** Where the first frame in some bytes lies. What stands before `from`, and between `to` and `end`, is not content. */
export interface Cut {
  /** First byte of the content; `skipped` of the bytes before it belong to no frame. */
  readonly from: number;
  readonly to: number;
  /** First byte after the frame. */
  readonly end: number;
  /** Bytes before the frame that belong to none: noise before a start delimiter. */
  readonly skipped?: number;
}

/** How the end of a frame is found. Stateless: one value serves every exchange. */
export interface Framing {
  /** The first frame in `bytes`, or undefined while it is not whole. `seen` bytes were there at the last call. */
  cut(bytes: Uint8Array, seen: number): Cut | undefined;
  /** Silence of the inter-byte timeout ends the frame, if `cut` has not. */
  readonly endsByGap: boolean;
  /**
   * A frame that falls silent for the inter-byte timeout is never finished, so that what comes next begins another. Not
   * where a delimiter ends it: a person may type such a frame.
   */
  readonly brokenByGap?: boolean;
  /** Content and delimiters together; longer input is discarded and counted. */
  readonly maxBytes: number;
}

/** Ends with a terminator of one or more bytes, which is no part of the content. */
export function terminated(terminator: Uint8Array, maxBytes: number): Framing {
  assert(terminator.length > 0, 'a terminator has at least one byte');
  const wanted = Buffer.from(terminator);
  return {
    endsByGap: false,
    maxBytes: maxBytes + wanted.length,
    cut(bytes, seen) {
      const to = view(bytes).indexOf(wanted, Math.max(0, seen - wanted.length + 1));
      return to < 0 ? undefined : { from: 0, to, end: to + wanted.length };
    },
  };
}

/** Has so many bytes. */
export function fixedLength(length: number): Framing {
  assert(length > 0, 'a frame has at least one byte');
  return {
    endsByGap: false,
    brokenByGap: true,
    maxBytes: length,
    cut: (bytes) => (bytes.length < length ? undefined : { from: 0, to: length, end: length }),
  };
}

/** Whatever has come when the line falls silent. */
export function untilSilence(maxBytes: number): Framing {
  return { endsByGap: true, maxBytes, cut: () => undefined };
}

export interface LengthField {
  /** Bytes before the field. */
  readonly offset: number;
  readonly size: 1 | 2 | 4;
  readonly littleEndian?: boolean;
  /** Bytes of the frame that the field does not count, itself included where it is not. */
  readonly adds: number;
}

/** Says in its head how long it is. A length beyond `maxBytes` is no frame. */
export function lengthPrefixed(field: LengthField, maxBytes: number): Framing {
  const { offset, size, adds, littleEndian = false } = field;
  return {
    endsByGap: false,
    brokenByGap: true,
    maxBytes,
    cut(bytes) {
      if (bytes.length < offset + size) return undefined;
      const head = view(bytes);
      const counted = littleEndian ? head.readUIntLE(offset, size) : head.readUIntBE(offset, size);
      const length = Math.max(counted + adds, offset + size);
      return bytes.length < length ? undefined : { from: 0, to: length, end: length };
    },
  };
}

/** Stands between a start and an end; what comes before the start belongs to no frame. */
export function delimited(start: Uint8Array, end: Uint8Array, maxBytes: number): Framing {
  assert(start.length > 0 && end.length > 0, 'delimiters have at least one byte');
  return {
    endsByGap: false,
    maxBytes: maxBytes + start.length + end.length,
    cut(bytes) {
      const skipped = view(bytes).indexOf(start);
      if (skipped < 0) return undefined;
      const from = skipped + start.length;
      const to = view(bytes).indexOf(end, from);
      return to < 0 ? undefined : { from, to, end: to + end.length, skipped };
    },
  };
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
