import type { Clock } from '../clock.ts';
import { asError } from '../errors.ts';
import type { ByteConnection } from '../transport/connection.ts';
import { FrameExchange, type FrameQuery } from './frame.ts';
import { latin1 } from './frame-words.ts';
import { terminated } from './framing.ts';
import type { LineCall, LineProbe, LineQuery } from './line-call.ts';
import { encodeLine } from './line-text.ts';

export { attachCall } from './line-call.ts';
export type { LineCall, LineProbe, LineQuery } from './line-call.ts';

export interface LineOptions {
  readonly clock: Clock;
  /** Appended to what is sent. */
  readonly outTerminator: string;
  /** Ends a line of the device's; one or more bytes. */
  readonly inTerminator: string;
  /** Default of a query's `timeoutMs`. */
  readonly replyTimeoutMs: number;
  /** Silence inside a line that ends it as broken; 50 by default. */
  readonly interByteTimeoutMs?: number;
  /** Silence that proves that no late reply is under way; 250 by default. */
  readonly quietMs?: number;
  /** Longer lines are discarded and counted; 4096 by default. */
  readonly maxLineBytes?: number;
  /** Counts what answered nothing: a line, or bytes that never became one. The text is bounded. */
  readonly unmatched: (what: string) => void;
  /** Sees every line first. True if it was one that the device sends unasked: then it answers nothing. */
  readonly onLine?: (line: string) => boolean;
}

/** A `FrameExchange` whose frames are lines of text, one character per byte (latin1), without their terminators. */
export class LineExchange {
  readonly #frames: FrameExchange;
  readonly #outTerminator: string;

  constructor(connection: ByteConnection, options: LineOptions) {
    const { onLine, inTerminator, outTerminator, maxLineBytes = 4096, ...shared } = options;
    this.#outTerminator = outTerminator;
    this.#frames = new FrameExchange(connection, {
      ...shared,
      framing: terminated(Buffer.from(inTerminator, 'latin1'), maxLineBytes),
      isText: true,
      ...(onLine === undefined ? {} : { onFrame: (frame) => onLine(latin1(frame)) }),
    });
  }

  /** As `FrameExchange.inStep`. */
  get inStep(): boolean {
    return this.#frames.inStep;
  }

  /** Writes a line that has no reply. Rejects as `ByteConnection.write`, and `invalid-request` for two lines in one. */
  async send(call: LineCall, text: string): Promise<void> {
    await this.#frames.send(call, encodeLine(text, this.#outTerminator));
  }

  /** As `FrameExchange.query`, and `invalid-request` for two lines in one. */
  query<T>(call: LineCall, text: string, query: LineQuery<T>): Promise<T> {
    try {
      return this.#frames.query(call, encodeLine(text, this.#outTerminator), asFrames(query));
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /** As `FrameExchange.probe`, and `invalid-request` for two lines in one. */
  async probe<T>(call: LineCall, text: string, probe: LineProbe<T>): Promise<T> {
    const { isReply, maxSkipped } = probe;
    const frames = { ...asFrames(probe), isReply: (frame: Uint8Array) => isReply(latin1(frame)), maxSkipped };
    return await this.#frames.probe(call, encodeLine(text, this.#outTerminator), frames);
  }

  /** As `FrameExchange.drain`. */
  async drain(quietMs: number, maxMs: number, signal: AbortSignal): Promise<void> {
    await this.#frames.drain(quietMs, maxMs, signal);
  }

  /** As `FrameExchange.close`. */
  close(): void {
    this.#frames.close();
  }
}

function asFrames<T>({ decode, timeoutMs, final }: LineQuery<T>): FrameQuery<T> {
  return { decode: (frames) => decode(frames.map(latin1).join('')), timeoutMs, final };
}
