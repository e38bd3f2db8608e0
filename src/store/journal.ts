import type { Clock, Timer } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { LogClient } from './log/client.ts';
import type { LogFault } from './log/log-error.ts';
import { LogError, toLogError } from './log/log-error.ts';
import type { Recovered } from './log/recover.ts';
import type { Retained } from './log/writer.ts';
import type { Item, Outbox } from './outbox.ts';

/** What it needs of the log; everything rejects with a LogError. */
export type LogAccess = Pick<LogClient, 'open' | 'append' | 'close' | 'terminate'>;

export interface JournalParts {
  readonly client: LogAccess;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** For messages. */
  readonly directory: string;
  /** Called once, before anything is written. */
  readonly onOpened: (recovered: Recovered) => void;
  readonly onWritten: (retained: Retained) => void;
  /** Hears of each change. */
  readonly onTrouble: (trouble: string | undefined) => void;
}

/** What may wait for others is written with so many of them, or after so long. */
const fullEntries = 32;
const patienceMs = 1;
const hangMs = 5000;
const closeMs = 1000;
const retryMs = 1000;
/** These stay until a person has done something about them. */
const slowRetryMs: Partial<Record<LogFault, number>> = { corrupt: 5000, newer: 5000 };

/**
 * Group commit: everything that is put in one turn of the event loop is one batch, and one batch is written at a time.
 * When a write fails it is in trouble, turns everything away at once, and tries again by itself.
 */
export class Journal {
  readonly #parts: JournalParts;
  readonly #attempted = Promise.withResolvers<void>();
  #trouble: string | undefined;
  /** The attempt to open or to write that is under way; never rejects. */
  #running: Promise<void> | undefined;
  #isOpen = false;
  #wasOpen = false;
  #isScheduled = false;
  /** Something waits for the next batch, and not for others to join it. */
  #isDue = false;
  /** When what has patience is due. */
  #later: Timer | undefined;
  #retry: Timer | undefined;
  #closing: Promise<void> | undefined;
  /** Since when something has not been on record: the time that is waited is at most this long. */
  #behindSince: number | undefined;

  constructor(parts: JournalParts) {
    this.#parts = parts;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  get lag(): { readonly entries: number; readonly ms: number } {
    const { outbox, clock } = this.#parts;
    return {
      entries: outbox.size,
      ms: outbox.isEmpty ? 0 : clock.monotonic() - (this.#behindSince ?? clock.monotonic()),
    };
  }

  /** Resolves when the first attempt to open is over, or has taken too long. */
  get attempted(): Promise<void> {
    return this.#attempted.promise;
  }

  /** Opens the log, and goes on trying if it cannot. */
  open(): void {
    this.#run(() => this.#tryOpen());
  }

  /**
   * Resolves when the item is on record as it stood at the end of this turn, or later. `mayWait`: others come within a
   * moment, and one batch is to hold them all.
   */
  put(item: Item, mayWait = false): Promise<void> {
    const { outbox } = this.#parts;
    if (this.#closing !== undefined) return Promise.reject(unavailable('the journal is closed'));
    if (outbox.isEmpty) this.#behindSince = this.#parts.clock.monotonic();
    if (this.#trouble !== undefined) {
      outbox.keep(item);
      // What hung may go through, and then nothing is tried again.
      this.#isDue = true;
      return Promise.reject(unavailable(this.#trouble));
    }
    const done = outbox.add(item);
    if (!mayWait || outbox.waiting >= fullEntries) this.#due();
    else this.#later ??= this.#parts.clock.timer(patienceMs, () => this.#due());
    return done;
  }

  /**
   * Tries once more to put on record what is not yet, and lets go of the files. Gives the disk 1 s; then it waits only
   * for the writer's thread to end, which a system call that hangs keeps from ending.
   */
  close(beforeFiles: () => Promise<void>): Promise<void> {
    return (this.#closing ??= this.#close(beforeFiles));
  }

  async #close(beforeFiles: () => Promise<void>): Promise<void> {
    const { client, outbox, clock } = this.#parts;
    this.#retry?.cancel();
    this.#later?.cancel();
    const timer = clock.timer(closeMs, () => void client.terminate());
    await this.#drain();
    outbox.reject(unavailable('the journal was closed before this was put on record'));
    await beforeFiles();
    // The client rejects at once when the time is over.
    await client.close().catch(() => {});
    timer.cancel();
    this.#attempted.resolve();
    await client.terminate();
  }

  async #drain(): Promise<void> {
    await this.#running;
    while (this.#isOpen && !this.#parts.outbox.isEmpty) {
      await this.#tryWrite();
      if (this.#trouble !== undefined) return;
    }
  }

  #due(): void {
    this.#isDue = true;
    this.#schedule();
  }

  /** `setImmediate` comes after all that this turn of the event loop has to say. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#isOpen && !this.#parts.outbox.isEmpty) this.#run(() => this.#tryWrite());
    });
  }

  /** One attempt at a time; while a failed one waits to be tried again nothing else starts. */
  #run(attempt: () => Promise<void>): void {
    if (this.#running !== undefined || this.#retry !== undefined || this.#closing !== undefined) return;
    const running = attempt().finally(() => {
      this.#running = undefined;
      if (this.#isDue && !this.#parts.outbox.isEmpty) this.#schedule();
    });
    this.#running = running;
  }

  async #tryOpen(): Promise<void> {
    try {
      const recovered = await this.#watched(this.#parts.client.open());
      if (!this.#wasOpen) this.#parts.onOpened(recovered);
      this.#wasOpen = true;
      this.#isOpen = true;
      this.#isDue = true;
      this.#setTrouble(undefined);
    } catch (error) {
      this.#failed(error);
    }
    this.#attempted.resolve();
  }

  async #tryWrite(): Promise<void> {
    const { outbox, client, clock, onWritten } = this.#parts;
    try {
      // In trouble an empty batch is written as well: it shows whether the disk takes one.
      const lines = outbox.take();
      this.#later?.cancel();
      this.#later = undefined;
      this.#isDue = outbox.waiting > 0;
      // What comes from now on is younger.
      const takenAt = clock.monotonic();
      const appended = client.append(lines);
      const retained = appended instanceof Promise ? await this.#watched(appended) : appended;
      outbox.written();
      this.#behindSince = takenAt;
      this.#setTrouble(undefined);
      onWritten(retained);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(cause: unknown): void {
    const error = cause instanceof LogError ? cause : toLogError('the journal cannot be used', cause);
    this.#setTrouble(error.message);
    this.#parts.outbox.failed(unavailable(error.message));
    if (error.fault === 'died') this.#isOpen = false;
    if (this.#closing !== undefined) return;
    this.#retry = this.#parts.clock.timer(slowRetryMs[error.fault] ?? retryMs, () => {
      this.#retry = undefined;
      this.#run(() => (this.#isOpen ? this.#tryWrite() : this.#tryOpen()));
    });
  }

  /** A disk that does not answer is trouble, too, until it does. */
  async #watched<T>(asked: Promise<T>): Promise<T> {
    const { clock } = this.#parts;
    let isOver = false;
    const timer = clock.timer(hangMs, () => {
      // An answer may have arrived while the event loop was held up.
      void clock.ioTurn().then(() => isOver || this.#hangs());
    });
    try {
      return await asked;
    } finally {
      isOver = true;
      timer.cancel();
    }
  }

  #hangs(): void {
    const { directory, outbox } = this.#parts;
    const text = `the disk that holds ${directory} has not answered for ${hangMs / 1000} s; look at the system’s log`;
    this.#setTrouble(text);
    outbox.reject(unavailable(text));
    this.#attempted.resolve();
  }

  #setTrouble(trouble: string | undefined): void {
    if (this.#trouble === trouble) return;
    this.#trouble = trouble;
    this.#parts.onTrouble(trouble);
  }
}

export function unavailable(trouble: string): BellcrankError {
  return new BellcrankError('journal-unavailable', trouble);
}
