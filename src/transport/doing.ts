import { asError } from '../errors.ts';
import type { Passing, Place } from '../passing.ts';

/** The promise of all that is over at once. */
const done = Promise.resolve();

/** What is done on a connection: settled once, by whoever does it, by the connection's end or by an abort. */
export class Doing {
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: (() => void) | undefined;
  /** Null for what went well; undefined while it goes on. */
  #result: Error | null | undefined;
  /** Who waits for it, and where it stands among others; neither is made for what is over at once. */
  #waiting: PromiseWithResolvers<void> | undefined;
  #place: Place<Doing> | undefined;
  #others: Passing<Doing> | undefined;

  constructor(signal: AbortSignal | undefined, onAbort: (() => void) | undefined) {
    this.#signal = signal;
    this.#onAbort = onAbort;
  }

  /** The first error counts; what went well can still fail until somebody was told. */
  over(error?: Error): void {
    if (this.#result instanceof Error || (this.#result === null && error === undefined)) return;
    this.#result = error ?? null;
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    // Before settling, not after: an abort that comes with the success must not run `onAbort` any more.
    this.#forget();
    if (error === undefined) waiting.resolve();
    else waiting.reject(error);
  }

  /** For the signal. */
  handleEvent(): void {
    this.abort();
  }

  abort(): void {
    if (this.#result instanceof Error) return;
    this.over(asError(this.#signal?.reason));
    this.#onAbort?.();
  }

  /** `others` are those that the connection's end fails. */
  settled(others: Passing<Doing>): Promise<void> {
    if (this.#result === null) return done;
    if (this.#result !== undefined) return Promise.reject(this.#result);
    this.#others = others;
    this.#place = others.add(this);
    this.#signal?.addEventListener('abort', this);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  #forget(): void {
    this.#waiting = undefined;
    if (this.#place !== undefined) this.#others?.delete(this.#place);
    this.#signal?.removeEventListener('abort', this);
  }
}
