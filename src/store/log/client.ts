import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import { moduleBeside } from '../../own-files.ts';
import { Hatch } from './hatch.ts';
import type { LogLine } from './line.ts';
import { LogError } from './log-error.ts';
import {
  type LogAnswer,
  type LogRequest,
  type LogResults,
  type LogSettings,
  type LogTask,
  packRequest,
  type WriterData,
} from './protocol.ts';

interface Asked extends PromiseWithResolvers<LogResults[keyof LogResults]> {
  readonly request: LogRequest;
}

/**
 * The thread keeps the text of each fact, and all else that it makes is gone with the batch. Where it sleeps V8 gives nothing
 * back of a young generation that grew while ten thousand facts came.
 */
const youngMegabytes = 3;

interface Running {
  readonly worker: Worker;
  readonly hatch: Hatch;
}

/** For an answer that mostly comes within half of it the main thread stands still so long at most. */
const shortMs = 0.2;
/** After one that took longer it does not for this long. */
const restMs = 100;
/** Of so many a batch can be written within that. */
const shortLines = 100;

/** The writer's thread as seen from the main one, which asks it one thing at a time. Everything rejects with a LogError. */
export class LogClient {
  readonly #settings: LogSettings;
  readonly #clock: Clock;
  /** The first of them is being answered. */
  #asked: Asked[] = [];
  #running: Running | undefined;
  #ending: Promise<void> | undefined;
  /** From when on, on the monotonic clock, answers are expected soon. */
  #quickFrom = 0;

  constructor(settings: LogSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Starts the thread if it is not running, and opens the log. */
  open(): Promise<LogResults['open']> {
    this.#running ??= this.#start();
    return this.#ask('open');
  }

  /** At once where it is written within the moment for which the main thread stands still. */
  append(lines: readonly LogLine[]): LogResults['append'] | Promise<LogResults['append']> {
    const running = this.#running;
    if (running === undefined || !this.#isQuick(lines)) return this.#ask('append', lines);
    const request = this.#request('append', lines);
    running.hatch.put(request, true);
    if (running.hatch.isDoneWithin(shortMs)) return {};
    this.#quickFrom = this.#clock.monotonic() + restMs;
    return this.#answerTo(request);
  }

  retain(): Promise<LogResults['retain']> {
    return this.#ask('retain');
  }

  /** Closes the files and lets the thread end. */
  async close(): Promise<void> {
    if (this.#running !== undefined) await this.#ask('close');
  }

  /**
   * Ends the thread, whatever it is doing; what it was asked rejects at once. Resolves when it has ended: one that hangs
   * in a system call only does so when the call returns, and until then the process cannot exit by itself.
   */
  async terminate(): Promise<void> {
    const worker = this.#running?.worker;
    if (worker === undefined) return await this.#ending;
    worker.unref();
    this.#ending = worker.terminate().then(() => {});
    this.#ended(worker, 'it was ended');
    await this.#ending;
  }

  #start(): Running {
    const hatch = new Hatch();
    const data: WriterData = { settings: this.#settings, memory: hatch.memory };
    // Flags that the process was started with (`--input-type`, `--import`) are not meant for this module.
    const worker = new Worker(moduleBeside(import.meta.url, './worker'), {
      workerData: data,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    let cause = 'it ended unexpectedly';
    worker.on('message', (answer: LogAnswer) => this.#answered(answer));
    worker.on('error', (error) => (cause = messageOf(error)));
    worker.on('exit', () => this.#ended(worker, cause));
    return { worker, hatch };
  }

  #ask<Task extends LogTask>(task: Task, lines: readonly LogLine[] = []): Promise<LogResults[Task]> {
    if (this.#running === undefined) return Promise.reject(died('it is not running'));
    const request = this.#request(task, lines);
    const answer = this.#answerTo(request);
    if (this.#asked.length === 1) send(this.#running, request);
    return answer;
  }

  #request<Task extends LogTask>(task: Task, lines: readonly LogLine[]): LogRequest<Task> {
    return { now: this.#clock.now(), task, lines };
  }

  /** The result's type follows from the task, which the worker's `#do` keeps. */
  #answerTo<Task extends LogTask>(request: LogRequest<Task>): Promise<LogResults[Task]> {
    const asked: Asked = { request, ...Promise.withResolvers() };
    this.#asked.push(asked);
    return asked.promise as Promise<LogResults[Task]>;
  }

  /** To be answered by a message costs more than to stand still for as long as some lines take, unless a disk is slow. */
  #isQuick(lines: readonly LogLine[]): boolean {
    const isShort = this.#asked.length === 0 && lines.length <= shortLines;
    return (
      isShort &&
      Hatch.fits(lines) &&
      this.#settings.durability === 'process' &&
      this.#clock.monotonic() >= this.#quickFrom
    );
  }

  #answered(answer: LogAnswer): void {
    const asked = this.#asked.shift();
    const [next] = this.#asked;
    if (next !== undefined && this.#running !== undefined) send(this.#running, next.request);
    if (answer.ok) asked?.resolve(answer.value);
    else asked?.reject(new LogError(answer.fault, answer.message));
  }

  #ended(worker: Worker, cause: string): void {
    if (this.#running?.worker !== worker) return;
    this.#running = undefined;
    const asked = this.#asked;
    this.#asked = [];
    for (const { reject } of asked) reject(died(cause));
  }
}

function send({ worker, hatch }: Running, request: LogRequest): void {
  const fits = request.task === 'append' && Hatch.fits(request.lines);
  if (!fits) worker.postMessage(packRequest(request));
  hatch.put(fits ? request : undefined);
}

function died(cause: string): LogError {
  return new LogError('died', `the journal’s writer thread ended (${cause}); it is started again`);
}
