import { asError, BellcrankError } from '../errors.ts';
import { Passing } from '../passing.ts';
import type { Closed } from './connection.ts';

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
  readonly #pending = new Passing<(error: Error) => void>();
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
    for (const fail of this.#pending.all()) fail(error);
    this.#settle(this.#end);
    return true;
  }

  /**
   * Runs one write: refused at once when not open, settled with `connection-lost` when the connection ends first, and
   * with the signal's reason when it aborts first, after which `onAbort` makes sure that nothing leaves later.
   */
  write(
    begin: () => Promise<void> | void,
    signal: AbortSignal | undefined,
    onAbort: () => void,
    onBegin?: () => void,
  ): Promise<void> {
    if (this.#end !== undefined) return Promise.reject(this.offlineError());
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    this.#written++;
    onBegin?.();
    return this.run(begin, signal, onAbort);
  }

  /** As `write`, for what does not count as one: a subscription, a flush. */
  run<T>(begin: () => Promise<T> | T, signal?: AbortSignal, onAbort?: () => void): Promise<T> {
    if (this.#end !== undefined) return Promise.reject(this.offlineError());
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    try {
      const begun = begin();
      // `end` may have been called meanwhile, and the signal have aborted.
      const isOver = !(begun instanceof Promise) && this.isOpen && signal?.aborted !== true;
      return isOver ? Promise.resolve(begun) : this.#follow(Promise.resolve(begun), signal, onAbort);
    } catch (error) {
      return Promise.reject(this.lostError(asError(error)));
    }
  }

  #follow<T>(begun: Promise<T>, signal: AbortSignal | undefined, onAbort: (() => void) | undefined): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    // Before settling, not after: an abort that comes with the success must not run `onAbort` any more.
    const forget = (): void => {
      this.#pending.delete(place);
      signal?.removeEventListener('abort', aborted);
    };
    const succeeded = (value: T): void => (forget(), resolve(value));
    const failed = (error: Error): void => (forget(), reject(error));
    const aborted = (): void => {
      failed(asError(signal?.reason));
      onAbort?.();
    };
    const place = this.#pending.add(failed);
    signal?.addEventListener('abort', aborted);
    begun.then(succeeded, (error: unknown) => failed(this.lostError(asError(error))));
    if (this.#end !== undefined) failed(this.#lost(this.#end.cause));
    else if (signal?.aborted === true) aborted();
    return promise;
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
