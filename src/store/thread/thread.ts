import { BellcrankError, messageOf } from '../../errors.ts';
import {
  type Answer,
  FinalError,
  fromPlain,
  type Input,
  type Methods,
  type Output,
  type Question,
} from './protocol.ts';
import { type Guest, SharedThread } from './shared-thread.ts';

export interface ThreadSettings {
  /** What runs in it: exports `serve`, which calls `serveThread`. */
  readonly module: URL;
  /** What `serve` is told. */
  readonly data: unknown;
  /** What it is, for messages to people: `the index of commands`. */
  readonly name: string;
  /** Questions that may wait for their answers; one more is `overloaded`. */
  readonly maxWaiting: number;
  /** Where it runs together with others; one of its own by default. */
  readonly shared?: SharedThread | undefined;
}

interface Waiting {
  // What a question is answered with is known where it is asked.
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that answers questions, for work that blocks. One that died is started anew with the next question; whoever
 * waits for an answer when it dies gets a `FinalError`.
 */
export class Thread<S extends Methods<S>> {
  readonly #settings: ThreadSettings;
  readonly #waiting = new Map<number, Waiting>();
  readonly #shared: SharedThread;
  #guest: Guest | undefined;
  #lastId = 0;
  #closed = false;

  constructor(settings: ThreadSettings) {
    this.#settings = settings;
    this.#shared = settings.shared ?? new SharedThread();
  }

  ask<K extends keyof S & string>(name: K, input: Input<S, K>): Promise<Output<S, K>> {
    const { name: what, maxWaiting } = this.#settings;
    if (this.#closed) return Promise.reject(new BellcrankError('shutting-down', `${what} is closed`));
    if (this.#waiting.size >= maxWaiting) {
      const message = `${maxWaiting} questions wait for ${what} already; try again later`;
      return Promise.reject(new BellcrankError('overloaded', message, { retryAfterMs: 1000 }));
    }
    return this.#send(name, input);
  }

  /** Lets it end what it does by calling one last method, then ends it. What else waits is answered or rejected. */
  async close<K extends keyof S & string>(last: K, input: Input<S, K>): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#guest === undefined) return;
    await this.#send(last, input).catch(() => {});
    const guest = this.#guest;
    this.#guest = undefined;
    await guest?.leave();
    this.#rejectAll(this.#closedError());
  }

  #send<K extends keyof S & string>(name: K, input: unknown): Promise<Output<S, K>> {
    const question: Question = { id: ++this.#lastId, name, input };
    return new Promise<Output<S, K>>((resolve, reject) => {
      this.#guest ??= this.#start();
      this.#guest.ask(question);
      this.#waiting.set(question.id, { resolve, reject });
    });
  }

  #start(): Guest {
    const { module, data } = this.#settings;
    return this.#shared.join(module, data, {
      answered: (answer) => this.#settle(answer),
      ended: (cause) => this.#died(cause),
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(fromPlain(answer.error));
    else waiting?.resolve(answer.value as never);
  }

  #died(cause: unknown): void {
    this.#guest = undefined;
    this.#rejectAll(this.#closed ? this.#closedError() : this.#diedError(cause));
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #closedError(): BellcrankError {
    return new BellcrankError('shutting-down', `${this.#settings.name} is closed`);
  }

  #diedError(cause: unknown): FinalError {
    const why = cause === undefined ? 'its thread ended' : messageOf(cause);
    const message = `${this.#settings.name} failed (${why}); if it happens again, restart the service and report it`;
    return new FinalError('journal-unavailable', message, { cause });
  }
}
