import { assert } from '../assert.ts';
import { delay } from '../clock.ts';
import { asError, BellcrankError } from '../errors.ts';
import type { ByteConnection } from '../transport/connection.ts';
import { DryRunEnd } from './contract.ts';
import type { FrameCall, FrameOptions, FrameProbe, FrameQuery } from './frame-call.ts';
import { FrameInput } from './frame-input.ts';
import { FrameWaiter, type PendingReply } from './frame-waiter.ts';
import { lostError } from './lost.ts';
import { words } from './frame-words.ts';
import type { Framing } from './framing.ts';

export type { FrameCall, FrameOptions, FrameProbe, FrameQuery } from './frame-call.ts';

/** What answers no live query any more, but may still resolve the command that asked. */
interface Expired {
  readonly waiter: PendingReply;
  /** `connection.written` when it expired. */
  readonly written: number;
}

type AnyQuery<T> = FrameQuery<T> | FrameProbe<T>;

/**
 * Request and reply as frames of bytes, one at a time. Frames carry no ids, so a reply is trusted by order alone: a frame
 * that began before a query was written never answers it, and after a query went without its reply the exchange is out of
 * step (`inStep`) until `drain` or `probe` has settled what may still be under way.
 */
export class FrameExchange {
  readonly #connection: ByteConnection;
  readonly #options: FrameOptions;
  readonly #gapMs: number;
  readonly #quietMs: number;
  readonly #input: FrameInput;
  readonly #ended = new AbortController();
  #waiter: PendingReply | undefined;
  /** For all waiters. */
  readonly #onAbort = (waiter: PendingReply, reason: Error): void => this.#expire(waiter, reason);
  #expired: Expired | undefined;
  #inStep = true;
  /** Nothing is written before this instant. */
  #notBefore = -Infinity;

  constructor(connection: ByteConnection, options: FrameOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#gapMs = options.interByteTimeoutMs ?? 50;
    this.#quietMs = options.quietMs ?? 250;
    this.#input = new FrameInput(connection, {
      clock: options.clock,
      interByteTimeoutMs: () => this.#waiter?.interByteTimeoutMs ?? this.#gapMs,
      framing: () => this.#framing,
      isAwaited: () => this.#waiter !== undefined || this.#expired !== undefined,
      isText: options.isText ?? false,
      unmatched: options.unmatched,
      onFrame: (frame, began) => this.#route(frame, began),
    });
    void connection.closed.then(({ cause }) => this.#end(lostError(connection.label, cause)));
  }

  /** False when a reply may still be under way that nobody waits for, or the last one was nonsense. */
  get inStep(): boolean {
    return this.#inStep;
  }

  /** Writes a frame that has no reply. Rejects as `ByteConnection.write`. */
  async send(call: FrameCall, bytes: Uint8Array): Promise<void> {
    if (!call.dryRun) await this.#pace(call.signal);
    await this.#write(call, bytes);
  }

  /**
   * For a stop: writes a frame at once, whatever is under way, unfinished or was to keep its distance. Nobody waits for its
   * reply; where there is one (`isAnswered`), the exchange is out of step from then on. Rejects as `ByteConnection.write`.
   */
  async urge(call: FrameCall, bytes: Uint8Array, isAnswered: boolean): Promise<void> {
    if (isAnswered && !call.dryRun) this.#inStep = false;
    await this.#write(call, bytes);
  }

  /**
   * Writes a frame and resolves with its decoded reply. Rejects with `device-timeout`, `connection-lost`,
   * `device-protocol`, what `decode` throws, or the signal's reason. Out of step, it first waits for silence.
   */
  query<T>(call: FrameCall, bytes: Uint8Array, query: FrameQuery<T>): Promise<T> {
    return this.#ask(call, bytes, query, true);
  }

  /**
   * A query whose reply can be told from any other frame. Replies come in order, so once it has come nothing older is
   * under way and the exchange is in step again.
   */
  async probe<T>(call: FrameCall, bytes: Uint8Array, probe: FrameProbe<T>): Promise<T> {
    const value = await this.#ask(call, bytes, probe, false);
    this.#expired = undefined;
    this.#inStep = true;
    return value;
  }

  /**
   * Resolves after `quietMs` without input, then drops an unfinished frame and forgets the expired query. Rejects with
   * `device-protocol` if the line is not quiet within `maxMs`.
   */
  async drain(quietMs: number, maxMs: number, signal: AbortSignal): Promise<void> {
    assert(quietMs <= maxMs, 'a drain can last as long as the silence it waits for');
    await this.#input.untilQuiet(this.#options.clock.monotonic(), quietMs, maxMs, this.#orEnded(signal));
    this.#input.discardPartial();
    this.#expired = undefined;
    this.#inStep = true;
  }

  /** Nothing is written for so long: what an exchange that has just ended asks for. */
  rest(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, this.#options.clock.monotonic() + ms);
  }

  /** How long a write is still kept from following what went before it; 0 if it may leave now. */
  get restMs(): number {
    const { clock, gapMs = 0 } = this.#options;
    const quietAt = gapMs > 0 ? this.#input.lastChunkAt + gapMs : -Infinity;
    return Math.max(0, Math.max(this.#notBefore, quietAt) - clock.monotonic());
  }

  /** Stops listening and fails a query that waits. The connection stays open. */
  close(): void {
    this.#end(new BellcrankError('connection-lost', `the session on ${this.#connection.label} has ended`));
  }

  /** Who is asked, for messages. */
  get #peer(): string {
    return this.#options.peer ?? this.#connection.label;
  }

  get #framing(): Framing {
    return this.#waiter?.framing ?? this.#lateFraming ?? this.#options.framing;
  }

  /** What comes after something else was written is not framed as the reply that was late. */
  get #lateFraming(): Framing | undefined {
    const expired = this.#expired;
    return expired?.written === this.#connection.written ? expired.waiter.framing : undefined;
  }

  /** `needsStep`: its reply cannot be told from what is still under way. */
  async #ask<T>(call: FrameCall, bytes: Uint8Array, query: AnyQuery<T>, needsStep: boolean): Promise<T> {
    if (call.dryRun) {
      await call.wire.write(bytes);
      throw new DryRunEnd(query.final ?? false);
    }
    this.#assertOpen();
    call.signal.throwIfAborted();
    if (needsStep && !this.#inStep) {
      await this.drain(this.#quietMs, this.#quietMs + this.#options.replyTimeoutMs, call.signal);
    }
    if (this.#input.hasPartial) await this.#finishInput(call.signal);
    if (this.restMs > 0) await this.#pace(call.signal);
    // Aborted while it waited: a waiter that hears of no abort any more would stand in the way of a stop.
    call.signal.throwIfAborted();
    const waiter = this.#register(call, query);
    const begun = this.#options.clock.monotonic();
    try {
      await call.wire.write(bytes, { onBegin: () => waiter.begin(this.#connection.written) });
      waiter.left(this.#connection.written);
      this.#startTimers(waiter, query, bytes.length);
    } catch (error) {
      this.#expire(waiter, asError(error));
    }
    this.#keepDistance(begun);
    return await waiter.reply;
  }

  async #write(call: FrameCall, bytes: Uint8Array): Promise<void> {
    const begun = this.#options.clock.monotonic();
    try {
      await call.wire.write(bytes);
    } finally {
      this.#keepDistance(begun);
    }
  }

  /** The next write keeps it from the beginning of this one, and from its end, which is now. */
  #keepDistance(begun: number): void {
    const { clock, gapMs = 0, minIntervalMs = 0 } = this.#options;
    this.#notBefore = Math.max(this.#notBefore, begun + minIntervalMs, gapMs > 0 ? clock.monotonic() + gapMs : begun);
  }

  async #pace(signal: AbortSignal): Promise<void> {
    const { restMs } = this;
    if (restMs > 0) await delay(this.#options.clock, restMs, this.#orEnded(signal));
  }

  #assertOpen(): void {
    if (!this.#ended.signal.aborted) return;
    const cause: unknown = this.#ended.signal.reason;
    throw new BellcrankError('device-offline', `${this.#connection.label} is not open; nothing was sent`, { cause });
  }

  #register<T>(call: FrameCall, query: AnyQuery<T>): FrameWaiter<T> {
    this.#assertOpen();
    assert(this.#waiter === undefined, 'one query at a time on a line');
    const { isText = false } = this.#options;
    const waiter = new FrameWaiter<T>(call, query, this.#connection.written, isText, this.#onAbort);
    this.#waiter = waiter;
    return waiter;
  }

  /** A long message takes its time on a slow line before anybody can answer it. */
  #startTimers<T>(waiter: FrameWaiter<T>, query: AnyQuery<T>, length: number): void {
    // The reply may have come.
    if (this.#waiter !== waiter) return;
    const gapMs = query.interByteTimeoutMs ?? this.#gapMs;
    const { clock, replyTimeoutMs } = this.#options;
    const timeoutMs = query.timeoutMs ?? replyTimeoutMs;
    const lineMs = length * (this.#connection.characterMs ?? 0);
    waiter.armReply(
      clock.timer(
        lineMs + timeoutMs,
        () => void this.#timedOut(waiter, gapMs, `did not answer within ${timeoutMs} ms`),
      ),
    );
    const totalMs = query.totalTimeoutMs ?? this.#options.totalTimeoutMs;
    if (totalMs === undefined) return;
    const tooLong = `has not finished its reply within ${totalMs} ms`;
    waiter.armTotal(clock.timer(lineMs + totalMs, () => void this.#tookTooLong(waiter, tooLong)));
  }

  /** A slow line's long reply may outlive the reply timeout, as long as its bytes keep coming. */
  async #timedOut<T>(waiter: FrameWaiter<T>, gapMs: number, complaint: string): Promise<void> {
    const { clock } = this.#options;
    await clock.ioTurn();
    if (this.#waiter !== waiter) return;
    const gapLeft = this.#input.gapLeft(waiter.began, gapMs);
    if (gapLeft <= 0) return this.#expire(waiter, this.#timeout(waiter, complaint));
    const stopped = 'stopped in the middle of its reply';
    waiter.armReply(clock.timer(gapLeft, () => void this.#timedOut(waiter, gapMs, stopped)));
  }

  async #tookTooLong<T>(waiter: FrameWaiter<T>, complaint: string): Promise<void> {
    await this.#options.clock.ioTurn();
    this.#expire(waiter, this.#timeout(waiter, complaint));
  }

  /** Half a reply is told with the complaint: it shows what is wrong with the line or the framing. */
  #timeout(waiter: PendingReply, complaint: string): BellcrankError {
    const came = this.#input.begunAfter(waiter.writtenBefore);
    const told = came === undefined ? '' : `; ${this.#words.part(came.bytes, came.length)} came, and no end of it`;
    return new BellcrankError('device-timeout', `${this.#peer} ${complaint}${told}`);
  }

  /** Ends a wait without a reply. If the query was written, its reply may still come. */
  #expire(waiter: PendingReply, error: Error): void {
    if (this.#waiter !== waiter) return;
    this.#waiter = undefined;
    const { written } = this.#connection;
    if (written !== waiter.writtenBefore) {
      // Out of step already means that another reply is owed as well, and no one could tell which came.
      this.#expired = this.#inStep && waiter.hasLeft ? { waiter, written } : undefined;
      this.#inStep = false;
    }
    waiter.fail(error);
  }

  #route(frame: Uint8Array, began: number): void {
    if (this.#ended.signal.aborted || this.#options.onFrame?.(frame) === true) return;
    const waiter = this.#waiter;
    if (waiter !== undefined && began >= waiter.began) return this.#answer(waiter, frame);
    const expired = this.#expired;
    if (expired !== undefined && began === expired.written) return this.#routeLate(expired.waiter, frame);
    const { noun, show } = this.#words;
    this.#options.unmatched(`a ${noun} that answers nothing: ${show(frame)}`);
  }

  /** Only what is heard before anything else has been written can be the late reply. */
  #routeLate(waiter: PendingReply, frame: Uint8Array): void {
    const taken = waiter.takeLate(frame);
    if (taken === 'more') return;
    if (taken !== 'decided') this.#options.unmatched(`a late reply: ${this.#words.show(frame)}`);
    if (taken === 'other') return;
    this.#expired = undefined;
    this.#inStep = true;
  }

  get #words(): ReturnType<typeof words> {
    return words(this.#options.isText ?? false);
  }

  #answer(waiter: PendingReply, frame: Uint8Array): void {
    if (!waiter.accepts(frame)) {
      const { noun, show } = this.#words;
      this.#options.unmatched(`a ${noun} older than the query: ${show(frame)}`);
      if (waiter.isExhausted) this.#expire(waiter, this.#outOfStep());
      return;
    }
    const taken = waiter.take(frame);
    if (taken === 'more') return;
    this.#waiter = undefined;
    if (taken === 'nonsense') this.#inStep = false;
  }

  #outOfStep(): BellcrankError {
    return new BellcrankError('device-protocol', `${this.#peer} answers, but never what was asked`);
  }

  /** An unfinished frame before a query would swallow the beginning of its reply. */
  async #finishInput(signal: AbortSignal): Promise<void> {
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
