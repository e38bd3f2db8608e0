import { existsSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { DurableFacts } from './durable-facts.ts';
import { Journal } from './journal.ts';
import { LogClient } from './log/client.ts';
import type { Recovered } from './log/recover.ts';
import type { Retention } from './log/retention.ts';
import type { Durability } from './log/writer.ts';
import { Outbox } from './outbox.ts';
import type { FactStore, NoticeStore } from './store.ts';

export interface NoticeSettings {
  /** Where the log is kept, absolute; made if it does not exist. */
  readonly directory: string;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly log: Log;
}

/** Facts are all that it holds, and each segment begins with those that are set: old segments are of no use. */
const retention: Retention = { maxAgeMs: 60_000, maxBytes: 64 * 1024 * 1024 };
/** No commands wait here, which are all that this bounds; how many keys there are is for those to bound who set them. */
const maxUnwritten = 10_000;

/**
 * Notices in an append-only log, as the journal is. Most services never have any, and a thread costs 10 MB and a tenth of a start:
 * where there is no log yet, it begins with the first notice.
 */
export class DurableNotices implements NoticeStore {
  readonly #settings: NoticeSettings;
  readonly #journal: Journal;
  readonly #facts: DurableFacts;
  readonly #opened = Promise.withResolvers<void>();
  readonly #attempted = Promise.withResolvers<void>();
  #isBegun = false;

  constructor(settings: NoticeSettings) {
    const { directory, durability, clock } = settings;
    this.#settings = settings;
    this.#journal = new Journal({
      client: new LogClient({ directory, durability, retention }, clock),
      outbox: new Outbox(maxUnwritten),
      clock,
      directory,
      onOpened: (recovered) => this.#onOpened(recovered),
      onWritten: () => {},
      onTrouble: (trouble) => this.#onTrouble(trouble),
    });
    this.#facts = new DurableFacts(this.#journal);
  }

  get facts(): FactStore {
    return {
      get: (key) => this.#facts.get(key),
      keys: (prefix) => this.#facts.keys(prefix),
      entries: (prefix) => this.#facts.entries(prefix),
      lend: (key, source) => this.#facts.lend(key, source),
      set: (key, value) => this.#set(key, value),
    };
  }
  get opened(): Promise<void> {
    return this.#opened.promise;
  }
  get attempted(): Promise<void> {
    return this.#attempted.promise;
  }
  get trouble(): string | undefined {
    return this.#journal.trouble;
  }

  open(): void {
    if (existsSync(this.#settings.directory)) return this.#begin();
    this.#facts.load([]);
    this.#attempted.resolve();
    this.#opened.resolve();
  }

  async close(): Promise<void> {
    await this.#journal.close(() => Promise.resolve());
    this.#attempted.resolve();
  }

  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#journal.open();
    void this.#journal.attempted.then(() => this.#attempted.resolve());
  }

  /** There is nothing to remove where nothing was ever set. */
  #set(key: string, value: unknown): Promise<void> {
    if (!this.#isBegun && value === undefined) return Promise.resolve();
    this.#begin();
    return this.#facts.set(key, value);
  }

  #onOpened({ facts, tornBytes }: Recovered): void {
    const { directory, log } = this.#settings;
    if (tornBytes > 0) log.warn({ directory, tornBytes }, 'a crash had interrupted a write of notices; it was cut off');
    this.#facts.load(facts);
    this.#opened.resolve();
  }

  #onTrouble(trouble: string | undefined): void {
    const { directory, log } = this.#settings;
    if (trouble === undefined) log.info({ directory }, 'alarms and deliveries are put on record again');
    else log.error({ directory, trouble }, 'alarms and deliveries are not put on record');
  }
}
