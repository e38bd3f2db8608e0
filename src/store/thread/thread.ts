import { Worker } from 'node:worker_threads';
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

export interface ThreadSettings {
  /** What runs in it; it calls `serveThread`. */
  readonly module: URL;
  /** Its `workerData`. */
  readonly data: unknown;
  /** What it is, for messages to people: `the index of commands`. */
  readonly name: string;
  /** Questions that may wait for their answers; one more is `overloaded`. */
  readonly maxWaiting: number;
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
  #worker: Worker | undefined;
  #lastId = 0;
  #closed = false;

  constructor(settings: ThreadSettings) {
    this.#settings = settings;
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
    if (this.#worker === undefined) return;
    await this.#send(last, input).catch(() => {});
    await this.#worker?.terminate();
  }

  #send<K extends keyof S & string>(name: K, input: unknown): Promise<Output<S, K>> {
    const question: Question = { id: ++this.#lastId, name, input };
    return new Promise<Output<S, K>>((resolve, reject) => {
      this.#worker ??= this.#start();
      this.#worker.postMessage(question, []);
      this.#waiting.set(question.id, { resolve, reject });
    });
  }

  #start(): Worker {
    const { module, data } = this.#settings;
    const worker = new Worker(module, { workerData: data });
    let cause: unknown;
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => this.#died(worker, cause));
    return worker;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(fromPlain(answer.error));
    else waiting?.resolve(answer.value as never);
  }

  #died(worker: Worker, cause: unknown): void {
    if (this.#worker === worker) this.#worker = undefined;
    const error = this.#closed ? this.#closedError() : this.#diedError(cause);
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
