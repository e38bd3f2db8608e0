import type { Clock } from '../clock.ts';
import type { ByteWire, Call } from './contract.ts';
import type { Framing } from './framing.ts';

/** What an exchange needs of a call; every `Call` on a byte stream is one. */
export type FrameCall = Pick<Call<ByteWire>, 'signal' | 'dryRun' | 'wire' | 'late'>;

export interface FrameOptions {
  readonly clock: Clock;
  /** Of a reply, unless its query says otherwise, and of what the device sends unasked. */
  readonly framing: Framing;
  /** From the end of a write to the reply's first byte; the default of a query. */
  readonly replyTimeoutMs: number;
  /** Silence inside a frame that ends it: as whole if its framing says so, else as broken. 50 by default. */
  readonly interByteTimeoutMs?: number;
  /** From the end of a write to the end of the reply; none by default, as bytes keep coming or a timeout ends it. */
  readonly totalTimeoutMs?: number;
  /** Silence that proves that no late reply is under way; 250 by default. */
  readonly quietMs?: number;
  /** Silence on the line, in either direction, before a write. */
  readonly gapMs?: number;
  /** Least time from the beginning of one write to the next. */
  readonly minIntervalMs?: number;
  /** Counts what answered nothing: a frame, or bytes that never became one. The text is bounded. */
  readonly unmatched: (what: string) => void;
  /** Who answers, for messages; the connection's label if absent. For several devices on one line. */
  readonly peer?: string;
  /** Frames are lines of text, and messages call them so. */
  readonly isText?: boolean;
  /** Sees every whole frame first. True if it was one that the device sends unasked: then it answers nothing. */
  readonly onFrame?: (frame: Uint8Array) => boolean;
}

export interface FrameQuery<T> {
  /**
   * Turns the reply's frames into the query's value. A BellcrankError that it throws is the query's error. A TypeError or a
   * ReferenceError of the engine's own is a mistake in it, and becomes `driver-fault`; anything else, such as an Error or
   * what JSON.parse throws, says that the reply makes no sense, and becomes `device-protocol`.
   */
  readonly decode: (frames: readonly Uint8Array[]) => T;
  /**
   * The framing of the next frame of the reply, after those that have come; undefined when the reply is whole. Absent:
   * one frame of the exchange's own framing.
   */
  readonly next?: (frames: readonly Uint8Array[]) => Framing | undefined;
  readonly timeoutMs?: number | undefined;
  readonly interByteTimeoutMs?: number;
  readonly totalTimeoutMs?: number;
  /** The reply decides the whole command, and `decode` gives its result: a late one goes to `call.late`. */
  readonly final?: boolean | undefined;
}

export interface FrameProbe<T> extends FrameQuery<T> {
  /** Tells the reply's first frame from frames that answer something older; those are counted and skipped. */
  readonly isReply: (frame: Uint8Array) => boolean;
  /** Frames skipped before giving up with `device-protocol`. */
  readonly maxSkipped: number;
}
