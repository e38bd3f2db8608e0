import { assert } from '../assert.ts';
import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { ByteConnection } from '../transport/connection.ts';
import { DryRunEnd } from './contract.ts';
import type { LineCall, LineProbe, LineQuery } from './line-call.ts';
import { LineInput } from './line-input.ts';
import { encodeLine, quoted } from './line-text.ts';
import { asError, LineWaiter, type PendingLine } from './line-waiter.ts';

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

/** What answers no live query any more, but may still resolve the command that asked. */
interface Expired {
  readonly waiter: PendingLine;
  /** `connection.written` when it expired. */
  readonly written: number;
}

/**
 * Request and reply as lines of text, one at a time. Lines carry no ids, so a reply is trusted by order alone: a line
 * that began before a query was written never answers it, and after a query went without its reply the line is out of
 * step (`inStep`) until `drain` or `probe` has settled what may still be under way.
 */
export class LineExchange {
  readonly #connection: ByteConnection;
  readonly #options: LineOptions;
  readonly #gapMs: number;
  readonly #quietMs: number;
  readonly #input: LineInput;
  readonly #ended = new AbortController();
  #waiter: PendingLine | undefined;
  #expired: Expired | undefined;
  #inStep = true;

  constructor(connection: ByteConnection, options: LineOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#gapMs = options.interByteTimeoutMs ?? 50;
    this.#quietMs = options.quietMs ?? 250;
    this.#input = new LineInput(connection, {
      clock: options.clock,
      terminator: options.inTerminator,
      maxLineBytes: options.maxLineBytes ?? 4096,
      unmatched: options.unmatched,
      onLine: (line, began) => this.#route(line, began),
    });
    void connection.closed.then(({ cause }) => this.#end(lostError(connection.label, cause)));
  }

  /** False when a reply may still be under way that nobody waits for, or the last one was nonsense. */
  get inStep(): boolean {
    return this.#inStep;
  }

  /** Writes a line that has no reply. Rejects as `ByteConnection.write`, and `invalid-request` for two lines in one. */
  async send(call: LineCall, text: string): Promise<void> {
    await call.wire.write(encodeLine(text, this.#options.outTerminator));
  }

  /**
   * Writes a line and resolves with its decoded reply. Rejects with `device-timeout`, `connection-lost`,
   * `device-protocol`, what `decode` throws, or the signal's reason. Out of step, it first waits for silence.
   */
  async query<T>(call: LineCall, text: string, query: LineQuery<T>): Promise<T> {
    const settle = async (): Promise<void> => {
      const longest = this.#quietMs + this.#options.replyTimeoutMs;
      if (!this.#inStep) await this.drain(this.#quietMs, longest, call.signal);
    };
    return await this.#ask(call, text, query, settle);
  }

  /**
   * A query whose reply can be told from any other line. Replies come in order, so once it has come nothing older is
   * under way and the line is in step again.
   */
  async probe<T>(call: LineCall, text: string, probe: LineProbe<T>): Promise<T> {
    const value = await this.#ask(call, text, probe, () => Promise.resolve());
    this.#inStep = true;
    return value;
  }

  /**
   * Resolves after `quietMs` without input, then drops an unfinished line and forgets the expired query. Rejects with
   * `device-protocol` if the line is not quiet within `maxMs`.
   */
  async drain(quietMs: number, maxMs: number, signal: AbortSignal): Promise<void> {
    assert(quietMs <= maxMs, 'a drain can last as long as the silence it waits for');
    await this.#input.untilQuiet(this.#options.clock.monotonic(), quietMs, maxMs, this.#orEnded(signal));
    this.#input.discardPartial();
    this.#expired = undefined;
    this.#inStep = true;
  }

  /** Stops listening and fails a query that waits. The connection stays open. */
  close(): void {
    this.#end(new BellcrankError('connection-lost', `the session on ${this.#connection.label} has ended`));
  }

  async #ask<T>(
    call: LineCall,
    text: string,
    query: LineQuery<T> | LineProbe<T>,
    settle: () => Promise<void>,
  ): Promise<T> {
    const bytes = encodeLine(text, this.#options.outTerminator);
    if (call.dryRun) {
      await call.wire.write(bytes);
      throw new DryRunEnd(query.final ?? false);
    }
    this.#assertOpen();
    call.signal.throwIfAborted();
    await settle();
    await this.#finishInput(call.signal);
    // Aborted while it waited: a waiter that hears of no abort any more would stand in the way of a stop.
    call.signal.throwIfAborted();
    return await this.#exchange(call, bytes, query);
  }

  async #exchange<T>(call: LineCall, bytes: Uint8Array, query: LineQuery<T> | LineProbe<T>): Promise<T> {
    const waiter = this.#register(call, query);
    try {
      await call.wire.write(bytes);
      const timeoutMs = query.timeoutMs ?? this.#options.replyTimeoutMs;
      this.#startTimer(waiter, timeoutMs, `did not answer within ${timeoutMs} ms`);
    } catch (error) {
      this.#expire(waiter, asError(error));
    }
    return await waiter.reply;
  }

  #assertOpen(): void {
    if (!this.#ended.signal.aborted) return;
    const cause: unknown = this.#ended.signal.reason;
    throw new BellcrankError('device-offline', `${this.#connection.label} is not open; nothing was sent`, { cause });
  }

  #register<T>(call: LineCall, query: LineQuery<T> | LineProbe<T>): LineWaiter<T> {
    this.#assertOpen();
    assert(this.#waiter === undefined, 'one query at a time on a line');
    const onAbort = (reason: Error): void => this.#expire(waiter, reason);
    const waiter = new LineWaiter<T>(call, query, this.#connection.written, onAbort);
    this.#waiter = waiter;
    return waiter;
  }

  #startTimer<T>(waiter: LineWaiter<T>, ms: number, complaint: string): void {
    if (this.#waiter !== waiter) return;
    waiter.arm(this.#options.clock.timer(ms, () => void this.#timedOut(waiter, complaint)));
  }

  /** A slow line's long reply may outlive the reply timeout, as long as its bytes keep coming. */
  async #timedOut<T>(waiter: LineWaiter<T>, complaint: string): Promise<void> {
    await this.#options.clock.ioTurn();
    if (this.#waiter !== waiter) return;
    const gapLeft = this.#input.gapLeft(waiter.writtenBefore, this.#gapMs);
    if (gapLeft > 0) return this.#startTimer(waiter, gapLeft, 'stopped in the middle of its reply');
    this.#expire(waiter, new BellcrankError('device-timeout', `${this.#connection.label} ${complaint}`));
  }

  /** Ends a wait without a reply. If the query was written, its reply may still come. */
  #expire(waiter: PendingLine, error: Error): void {
    if (this.#waiter !== waiter) return;
    this.#waiter = undefined;
    const { written } = this.#connection;
    if (written !== waiter.writtenBefore) {
      // Out of step already means that another reply is owed as well, and no one could tell which came.
      this.#expired = this.#inStep ? { waiter, written } : undefined;
      this.#inStep = false;
    }
    waiter.fail(error);
  }

  #route(line: string, began: number): void {
    if (this.#ended.signal.aborted || this.#options.onLine?.(line) === true) return;
    const waiter = this.#waiter;
    if (waiter !== undefined && began > waiter.writtenBefore) return this.#answer(waiter, line);
    const expired = this.#expired;
    if (expired === undefined || began !== expired.written) {
      return this.#options.unmatched(`a line that answers nothing: ${quoted(line)}`);
    }
    this.#expired = undefined;
    this.#inStep = true;
    if (!expired.waiter.takeLate(line)) this.#options.unmatched(`a late reply: ${quoted(line)}`);
  }

  #answer(waiter: PendingLine, line: string): void {
    if (!waiter.accepts(line)) {
      this.#options.unmatched(`a line older than the query: ${quoted(line)}`);
      if (waiter.isExhausted) this.#expire(waiter, this.#outOfStep());
      return;
    }
    this.#waiter = undefined;
    if (!waiter.take(line)) this.#inStep = false;
  }

  #outOfStep(): BellcrankError {
    return new BellcrankError('device-protocol', `${this.#connection.label} answers, but never what was asked`);
  }

  /** An unfinished line before a query would swallow the beginning of its reply. */
  async #finishInput(signal: AbortSignal): Promise<void> {
    if (!this.#input.hasPartial) return;
    const longest = this.#gapMs + this.#options.replyTimeoutMs;
    await this.#input.untilQuiet(-Infinity, this.#gapMs, longest, this.#orEnded(signal));
    this.#input.discardPartial();
  }

  #orEnded(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#ended.signal]);
  }

  #end(error: BellcrankError): void {
    if (this.#ended.signal.aborted) return;
    this.#input.close();
    this.#ended.abort(error);
    this.#expired = undefined;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.fail(error);
  }
}

function lostError(label: string, cause: Error): BellcrankError {
  if (cause instanceof BellcrankError && cause.code === 'connection-lost') return cause;
  return new BellcrankError('connection-lost', `the connection to ${label} was lost: ${cause.message}`, { cause });
}
