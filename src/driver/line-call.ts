import type { ByteConnection } from '../transport/connection.ts';
import type { FrameCall } from './frame-call.ts';

export type LineCall = FrameCall;

export interface LineQuery<T> {
  /**
   * Turns the reply into the query's value. A BellcrankError that it throws is the query's error; anything else it
   * throws becomes `device-protocol`.
   */
  readonly decode: (line: string) => T;
  /** From the end of the write to the reply's first byte. */
  readonly timeoutMs?: number | undefined;
  /** The reply decides the whole command, and `decode` gives its result: a late one goes to `call.late`. */
  readonly final?: boolean | undefined;
}

export interface LineProbe<T> extends LineQuery<T> {
  /** Tells the reply from lines that answer something older; those are counted and skipped. */
  readonly isReply: (line: string) => boolean;
  /** Lines skipped before giving up with `device-protocol`. */
  readonly maxSkipped: number;
}

/** A call for the exchanges of `attach`, before there are any calls. */
export function attachCall(connection: ByteConnection, signal: AbortSignal): LineCall {
  return {
    signal,
    dryRun: false,
    wire: { write: (bytes, options) => connection.write(bytes, signal, options) },
    late: () => {},
  };
}
