import { join } from 'node:path';
import type { Clock, Timer } from '../../clock.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import { moduleBeside } from '../../own-files.ts';
import type { Bucket, HistoryQuery, HistoryStore, Sample, SamplePage, SamplesQuery } from '../store.ts';
import { FinalError } from '../thread/protocol.ts';
import type { SharedThread } from '../thread/shared-thread.ts';
import { Thread } from '../thread/thread.ts';
import { packSamples } from './pack.ts';
import { placeOf, sampleOf, textOf } from './pages.ts';
import { SampleBuffer } from './sample-buffer.ts';
import type { HistoryWork, Retention } from './work.ts';

/** Samples that wait for the file, queries that wait for an answer. */
const maxBuffered = 50_000;
const maxWaiting = 1000;

/** Samples are written together: after this time, or as soon as there are this many. */
const batchMs = 250;
const batchSize = 1000;

/** So long after the start its file is opened, if nobody needs it before: a thread takes a while to start. */
const openAfterMs = 500;

/** How often what is too old or too much is deleted. */
const maintainMs = 60_000;

/** How often it is told that samples get lost. */
const lostEveryMs = 600_000;

export interface HistorySettings {
  /** Where its file is: `history.db`. It must exist. */
  readonly directory: string;
  readonly clock: Clock;
  readonly retention: Retention;
  /**
   * Told once when something goes wrong, and again only after it went well in between: samples that cannot be written,
   * or a history that is off until the service is started again. Also told, now and then, that samples get lost because
   * they are too many. The text is for a person, and says what to do.
   */
  readonly onTrouble: (message: string) => void;
  /** Where it runs together with others; a thread of its own by default. */
  readonly shared?: SharedThread;
}

/** The history of properties, in a file of its own, read and written by another thread. What goes wrong with it harms nothing else. */
export class HistoryDb implements HistoryStore {
  readonly #clock: Clock;
  readonly #onTrouble: (message: string) => void;
  readonly #thread: Thread<HistoryWork>;
  readonly #buffer = new SampleBuffer(maxBuffered);
  #flushing: Promise<void> | undefined;
  #flushTimer: Timer | undefined;
  #maintainTimer: Timer | undefined;
  #openTimer: Timer | undefined;
  #trouble: string | undefined;
  /** Why it is off: nothing will work until the service is started again. */
  #off: string | undefined;
  #failed = 0;
  #lostTold = 0;
  #tellLostFrom = 0;
  #isOpen = false;
  #isClosed = false;

  constructor(thread: Thread<HistoryWork>, { clock, onTrouble }: Pick<HistorySettings, 'clock' | 'onTrouble'>) {
    this.#thread = thread;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /**
   * The directory is this process's own from now on. Until then samples wait in memory, as many as there is room for,
   * and the file is not touched. To be called again does nothing.
   */
  open(): void {
    if (this.#isOpen || this.#isClosed) return;
    this.#isOpen = true;
    this.#openTimer = this.#clock.timer(openAfterMs, () => {
      this.#thread.ask('open', undefined).catch((error) => this.#fail(error));
    });
    this.#maintainLater();
    if (this.#buffer.size > 0) this.#flush();
  }

  /** What is wrong now; undefined while all is well. */
  get trouble(): string | undefined {
    return this.#off ?? this.#trouble;
  }

  /** Samples that were not kept since the start. */
  get lost(): number {
    return this.#buffer.lost + this.#failed;
  }

  add(sample: Sample): void {
    if (this.#isClosed) return;
    if (this.#off !== undefined) {
      this.#failed++;
      return;
    }
    this.#buffer.add(sample);
    if (!this.#isOpen) return;
    if (this.#buffer.size >= batchSize) this.#flush();
    else this.#flushTimer ??= this.#clock.timer(batchMs, () => this.#flush());
  }

  async samples(query: SamplesQuery): Promise<SamplePage> {
    const { device, property, from, to, after, limit } = query;
    const input = { device, property, from, to, limit, after: after === undefined ? undefined : placeOf(after) };
    const found = await this.#query(() => this.#thread.ask('samples', input));
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items: items.map((stored) => sampleOf(query, stored)), ...(last && { next: textOf(last) }) };
  }

  async buckets(query: HistoryQuery & { readonly points: number }): Promise<readonly Bucket[]> {
    return await this.#query(() => this.#thread.ask('buckets', query));
  }

  /** Writes what waits, and lets go of the file. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#flushTimer?.cancel();
    this.#maintainTimer?.cancel();
    this.#openTimer?.cancel();
    await this.#flushing;
    if (this.#isOpen && this.#off === undefined) await this.#writeAll();
    await this.#thread.close('close', undefined);
  }

  async #query<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#off !== undefined) throw this.#offError(this.#off);
    if (!this.#isOpen) throw this.#unopenedError();
    // What was added before is there when the thread comes to the question.
    this.#flush();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof FinalError)) throw error;
      this.#fail(error);
      throw this.#offError(error.message);
    }
  }

  #unopenedError(): BellcrankError {
    if (this.#isClosed) return new BellcrankError('shutting-down', 'the history of properties is closed');
    const message = 'the history opens together with the journal; GET /health/ready says what that waits for';
    return new BellcrankError('journal-unavailable', message);
  }

  #offError(why: string): BellcrankError {
    return new BellcrankError('journal-unavailable', `the history is off: ${why}`);
  }

  #flush(): void {
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    this.#flushing ??= this.#writeAll().finally(() => (this.#flushing = undefined));
  }

  /** One batch after the other, so that the thread never has more than one to deal with. */
  async #writeAll(): Promise<void> {
    while (this.#buffer.size > 0) {
      const batch = this.#buffer.take(batchSize);
      try {
        await this.#thread.ask('add', packSamples(batch));
        this.#wentWell();
      } catch (error) {
        this.#failed += batch.length;
        this.#fail(error);
      }
    }
  }

  #wentWell(): void {
    this.#trouble = undefined;
    const { lost } = this.#buffer;
    if (lost === this.#lostTold || this.#clock.monotonic() < this.#tellLostFrom) return;
    this.#lostTold = lost;
    this.#tellLostFrom = this.#clock.monotonic() + lostEveryMs;
    const why = 'they came faster than the disk took them, were too long, or were no JSON';
    this.#onTrouble(`the history of properties: ${lost} samples were not kept since the start: ${why}`);
  }

  #fail(error: unknown): void {
    if (this.#isClosed || this.#off !== undefined) return;
    this.#tell(messageOf(error));
    if (!(error instanceof FinalError)) return;
    this.#off = error.message;
    this.#failed += this.#buffer.take(maxBuffered).length;
    this.#maintainTimer?.cancel();
  }

  #tell(message: string): void {
    const isNew = this.#trouble === undefined;
    this.#trouble = message;
    if (isNew) this.#onTrouble(`the history of properties: ${message}`);
  }

  /** The next time is set when this one is over: deleting much may take long. */
  #maintainLater(): void {
    this.#maintainTimer = this.#clock.timer(maintainMs, () => {
      const over = this.#thread.ask('maintain', this.#clock.now()).catch((error) => this.#fail(error));
      void over.then(() => {
        if (!this.#isClosed && this.#off === undefined) this.#maintainLater();
      });
    });
  }
}

/**
 * The history in a folder; `open` opens, or creates, its file. Never throws: one that cannot be opened is off, and says
 * why.
 */
export function createHistory(settings: HistorySettings): HistoryDb {
  const { directory, retention, shared } = settings;
  const data = { path: join(directory, 'history.db'), retention };
  const module = moduleBeside(import.meta.url, './worker');
  return new HistoryDb(new Thread({ module, data, name: 'the history of properties', maxWaiting, shared }), settings);
}
