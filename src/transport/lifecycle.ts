import { BellcrankError } from '../errors.ts';
import type { Closed } from './connection.ts';

/**
 * The open/closed half that every connection shares: `closed` settles exactly once, and every pending write settles
 * with it.
 */
export class Lifecycle {
  readonly closed: Promise<Closed>;
  readonly #label: string;
  readonly #abort = new AbortController();
  #settle: (closed: Closed) => void;
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

  /** Marks the end; only the first call counts. Returns whether this was it. */
  end(lost: boolean, cause: Error): boolean {
    if (this.#end !== undefined) return false;
    this.#end = { lost, cause };
    this.#abort.abort(this.lostError(cause));
    this.#settle(this.#end);
    return true;
  }

  /**
   * Runs one write: refused at once when not open, settled with `connection-lost` when the connection ends first, and
   * with the signal's reason when it aborts first, after `onAbort` has made sure that nothing leaves later.
   */
  write(begin: () => Promise<void>, signal: AbortSignal | undefined, onAbort: () => void): Promise<void> {
    if (this.#end !== undefined) return Promise.reject(this.offlineError());
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    this.#written++;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const ended = (): void => reject(asError(this.#abort.signal.reason));
    const aborted = (): void => {
      reject(asError(signal?.reason));
      onAbort();
    };
    this.#abort.signal.addEventListener('abort', ended, { once: true });
    signal?.addEventListener('abort', aborted, { once: true });
    begin()
      .then(resolve, (error: unknown) => reject(this.lostError(asError(error))))
      .finally(() => {
        this.#abort.signal.removeEventListener('abort', ended);
        signal?.removeEventListener('abort', aborted);
      });
    return promise;
  }

  offlineError(): BellcrankError {
    return new BellcrankError('device-offline', `${this.#label} is not open; nothing was sent`, {
      cause: this.#end?.cause,
    });
  }

  lostError(cause: Error): BellcrankError {
    if (cause instanceof BellcrankError) return cause;
    return new BellcrankError('connection-lost', `the connection to ${this.#label} was lost: ${cause.message}`, {
      cause,
    });
  }
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
