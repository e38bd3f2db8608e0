import type { Timer } from '../clock.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { LineCall, LineProbe, LineQuery } from './line-call.ts';
import { quoted } from './line-text.ts';

type AnyQuery<T> = LineQuery<T> & Partial<LineProbe<T>>;

/** The type-free side of a waiter, which the exchange keeps. */
export interface PendingLine {
  /** `connection.written` before the query's own write: a line that began then answers something else. */
  readonly writtenBefore: number;
  /** False for a line that was skipped. */
  accepts(line: string): boolean;
  readonly isExhausted: boolean;
  /** Settles with the reply; returns false if the reply was nonsense. */
  take(line: string): boolean;
  fail(error: Error): void;
  /** Gives a reply that came after the end to the command. Returns false if it decides nothing. */
  takeLate(line: string): boolean;
}

/** One query's wait: settled once, by its reply, an error or an abort, and then without listeners or timers. */
export class LineWaiter<T> implements PendingLine {
  readonly reply: Promise<T>;
  readonly writtenBefore: number;
  readonly #call: LineCall;
  readonly #query: AnyQuery<T>;
  readonly #onAbort: () => void;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: Error) => void;
  #timer: Timer | undefined;
  #skipped = 0;

  constructor(call: LineCall, query: AnyQuery<T>, writtenBefore: number, onAbort: (reason: Error) => void) {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.reply = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    // It may fail while the query is still busy with its write, before anyone listens.
    promise.catch(() => {});
    this.#call = call;
    this.#query = query;
    this.writtenBefore = writtenBefore;
    this.#onAbort = () => onAbort(asError(call.signal.reason));
    call.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get isExhausted(): boolean {
    return this.#skipped > (this.#query.maxSkipped ?? 0);
  }

  accepts(line: string): boolean {
    if (this.#query.isReply === undefined || this.#query.isReply(line)) return true;
    this.#skipped++;
    return false;
  }

  arm(timer: Timer): void {
    this.#timer?.cancel();
    this.#timer = timer;
  }

  take(line: string): boolean {
    this.#release();
    const value = this.#decode(line);
    if (!(value instanceof BellcrankError)) this.#resolve(value);
    else this.#reject(value);
    return !(value instanceof BellcrankError && value.code === 'device-protocol');
  }

  fail(error: Error): void {
    this.#release();
    this.#reject(error);
  }

  takeLate(line: string): boolean {
    if (this.#query.final !== true || !this.accepts(line)) return false;
    this.#call.late(this.#decode(line));
    return true;
  }

  #decode(line: string): T | BellcrankError {
    try {
      return this.#query.decode(line);
    } catch (error) {
      if (error instanceof BellcrankError) return error;
      const message = `the reply ${quoted(line)} makes no sense: ${messageOf(error)}`;
      return new BellcrankError('device-protocol', message, { cause: error });
    }
  }

  #release(): void {
    this.#timer?.cancel();
    this.#call.signal.removeEventListener('abort', this.#onAbort);
  }
}

export function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
