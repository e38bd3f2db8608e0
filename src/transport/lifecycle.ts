import { asError, BellcrankError } from '../errors.ts';
import { Passing } from '../passing.ts';
import type { Closed } from './connection.ts';
import { Doing } from './doing.ts';

/** Says that what was begun is over: well, or by this error. */
export type Done = (error?: unknown) => void;
type Begin = (done: Done) => Promise<unknown> | void;

/**
 * The open/closed half that every connection shares: `closed` settles exactly once, and everything pending settles
 * with it.
 */
export class Lifecycle {
  readonly closed: Promise<Closed>;
  readonly #label: string;
  readonly #abort = new AbortController();
  readonly #settle: (closed: Closed) => void;
  /** Not listeners of a signal: adding one looks at all that are there, and a device may have thousands under way. */
  readonly #pending = new Passing<Doing>();
  #end: Closed | undefined;
  #written = 0;

  constructor(label: string) {
    this.#label = label;
    const { promise, resolve } = Promise.withResolvers<Closed>();
    this.closed = promise;
    this.#settle = resolve;
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  get written(): number {
    return this.#written;
  }

  /** Aborts with `connection-lost` when the connection ends, whoever ended it. */
  get ended(): AbortSignal {
    return this.#abort.signal;
  }

  /** Marks the end; only the first call counts. Returns whether this was it. */
  end(lost: boolean, cause: Error): boolean {
    if (this.#end !== undefined) return false;
    this.#end = { lost, cause };
    const error = this.#lost(cause);
    this.#abort.abort(error);
    for (const doing of this.#pending.all()) doing.over(error);
    this.#settle(this.#end);
    return true;
  }

  /**
   * Runs one write: refused at once when not open, settled with `connection-lost` when the connection ends first, and
   * with the signal's reason when it aborts first, after which `onAbort` makes sure that nothing leaves later. `begin` says
   * that it is over by `done`, or by the promise that it returns; of what is over at once nothing is kept.
   */
  write(begin: Begin, signal: AbortSignal | undefined, onAbort: () => void, onBegin?: () => void): Promise<void> {
    if (this.#end !== undefined) return Promise.reject(this.offlineError());
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    this.#written++;
    onBegin?.();
    return this.#begin(begin, signal, onAbort);
  }

  /** As `write`, for what does not count as one: a subscription, a flush. */
  async run<T>(begin: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#end !== undefined) throw this.offlineError();
    if (signal?.aborted) throw asError(signal.reason);
    let result: Promise<T> | undefined;
    await this.#begin(() => (result = begin()), signal);
    // It was begun, and has succeeded.
    return await (result as unknown as Promise<T>);
  }

  #begin(begin: Begin, signal?: AbortSignal, onAbort?: () => void): Promise<void> {
    const doing = new Doing(signal, onAbort);
    const failed = (error: unknown): void => doing.over(this.lostError(asError(error)));
    const over = (error?: unknown): void => (error ? failed(error) : doing.over());
    try {
      begin(over)?.then(() => doing.over(), failed);
    } catch (error) {
      failed(error);
    }
    // The connection may have ended meanwhile, and the signal have aborted.
    if (this.#end !== undefined) doing.over(this.#lost(this.#end.cause));
    else if (signal?.aborted === true) doing.abort();
    return doing.settled(this.#pending);
  }

  offlineError(): BellcrankError {
    return new BellcrankError('device-offline', `${this.#label} is not open; nothing was sent`, {
      cause: this.#end?.cause,
    });
  }

  /** What a failed write rejects with: an error that already says its code as it is, anything else as a lost link. */
  lostError(cause: Error): BellcrankError {
    return cause instanceof BellcrankError ? cause : this.#lost(cause);
  }

  #lost(cause: Error): BellcrankError {
    if (cause instanceof BellcrankError && cause.code === 'connection-lost') return cause;
    return new BellcrankError('connection-lost', `the connection to ${this.#label} was lost: ${cause.message}`, {
      cause,
    });
  }
}
