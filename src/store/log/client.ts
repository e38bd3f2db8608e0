import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import { moduleBeside } from '../../own-files.ts';
import { type LogLine, packLines } from './line.ts';
import { LogError } from './log-error.ts';
import type { LogAnswer, LogRequest, LogResults, LogSettings, LogTask } from './protocol.ts';

type Waiting = PromiseWithResolvers<LogResults[keyof LogResults]>;

/** The writer's thread as seen from the main one. Everything rejects with a LogError. */
export class LogClient {
  readonly #settings: LogSettings;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #ending: Promise<void> | undefined;
  #lastId = 0;

  constructor(settings: LogSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Starts the thread if it is not running, and opens the log. */
  open(): Promise<LogResults['open']> {
    this.#worker ??= this.#start();
    return this.#ask({ kind: 'open' });
  }

  append(lines: readonly LogLine[]): Promise<LogResults['append']> {
    return this.#ask({ kind: 'append', lines: packLines(lines) });
  }

  retain(): Promise<LogResults['retain']> {
    return this.#ask({ kind: 'retain' });
  }

  /** Closes the files and lets the thread end. */
  async close(): Promise<void> {
    if (this.#worker !== undefined) await this.#ask({ kind: 'close' });
  }

  /**
   * Ends the thread, whatever it is doing; what it was asked rejects at once. Resolves when it has ended: one that hangs
   * in a system call only does so when the call returns, and until then the process cannot exit by itself.
   */
  async terminate(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return await this.#ending;
    worker.unref();
    this.#ending = worker.terminate().then(() => {});
    this.#ended(worker, 'it was ended');
    await this.#ending;
  }

  #start(): Worker {
    // Flags that the process was started with (`--input-type`, `--import`) are not meant for this module.
    const options = { workerData: this.#settings, execArgv: [] };
    const worker = new Worker(moduleBeside(import.meta.url, './worker'), options);
    let cause = 'it ended unexpectedly';
    worker.on('message', (answer: LogAnswer) => this.#answered(answer));
    worker.on('error', (error) => (cause = messageOf(error)));
    worker.on('exit', () => this.#ended(worker, cause));
    return worker;
  }

  /** The result's type follows from the task's kind, which the worker's `#do` keeps. */
  #ask<Kind extends keyof LogResults>(task: LogTask & { readonly kind: Kind }): Promise<LogResults[Kind]> {
    if (this.#worker === undefined) return Promise.reject(died('it is not running'));
    const waiting: Waiting = Promise.withResolvers();
    const request: LogRequest = { id: ++this.#lastId, now: this.#clock.now(), task };
    this.#waiting.set(request.id, waiting);
    this.#worker.postMessage(request);
    return waiting.promise as Promise<LogResults[Kind]>;
  }

  #answered(answer: LogAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new LogError(answer.fault, answer.message));
  }

  #ended(worker: Worker, cause: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const waiting of this.#waiting.values()) waiting.reject(died(cause));
    this.#waiting.clear();
  }
}

function died(cause: string): LogError {
  return new LogError('died', `the journal’s writer thread ended (${cause}); it is started again`);
}
