import { Few } from '../few.ts';

/** What can be ended early. */
export interface Abortable {
  abort(reason: Error): void;
}

/**
 * Calls that are ended together. Not listeners of a signal: to add and to remove one costs more than an exchange on a fast
 * line, and each call would be one of several signals at once.
 */
export class CallGroup {
  readonly #calls = new Few<Abortable>();
  #closed: Error | undefined;

  get size(): number {
    return this.#calls.size;
  }

  /** Whoever comes to a closed group is ended at once. */
  add(call: Abortable): void {
    if (this.#closed === undefined) this.#calls.add(call);
    else call.abort(this.#closed);
  }

  delete(call: Abortable): void {
    this.#calls.delete(call);
  }

  /** Ends those that are there. */
  abort(reason: Error): void {
    const calls = this.#calls.all();
    for (const call of calls) this.#calls.delete(call);
    for (const call of calls) call.abort(reason);
  }

  /** Ends those that are there, and all that come. The first reason counts. */
  close(reason: Error): void {
    this.#closed ??= reason;
    this.abort(this.#closed);
  }
}
