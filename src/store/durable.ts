import type { Clock, Timer } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { CommandIndex } from './command-index.ts';
import { DurableCommands } from './durable-commands.ts';
import { DurableFacts } from './durable-facts.ts';
import { Journal } from './journal.ts';
import { LogClient } from './log/client.ts';
import type { Recovered } from './log/recover.ts';
import type { Retention } from './log/retention.ts';
import type { Durability, Retained } from './log/writer.ts';
import { Outbox } from './outbox.ts';
import type { CommandStore, FactStore, HistoryStore, NoticeStore, Opened, Store } from './store.ts';

export interface StoreSettings {
  /** Where everything is kept, absolute; made if it does not exist. One process at a time can use it. */
  readonly directory: string;
  readonly durability: Durability;
  readonly retention: Retention;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when the directory is ready and locked; if it throws, the store is in trouble and tries again. */
  readonly createIndex: (directory: string) => CommandIndex;
  /** Opened (more than once, perhaps) when the directory is locked, closed with the store. */
  readonly history: HistoryStore & { open?(): void; close?(): Promise<void> };
  /** Opened once, when the directory is locked, and closed with the store. */
  readonly notices: NoticeStore & { open?(): void; close?(): Promise<void> };
  /** Hears of each change of `trouble`, undefined when it is over. Must not throw. */
  readonly onTrouble?: (trouble: string | undefined) => void;
}

/** Latest states that could not be written yet; beyond that the oldest commands that ended are given up. */
const maxUnwritten = 10_000;
/** Age passes without writes as well. */
const upkeepMs = 3_600_000;

/** The embedded store: an append-only log that a thread of its own writes, and an index over it. */
export function openStore(settings: StoreSettings): Store {
  return new DurableStore(settings);
}

class DurableStore implements Store {
  readonly commands: CommandStore;
  readonly history: HistoryStore;
  readonly notices: NoticeStore;
  readonly #settings: StoreSettings;
  readonly #client: LogClient;
  readonly #outbox = new Outbox(maxUnwritten);
  readonly #journal: Journal;
  readonly #facts: DurableFacts;
  readonly #opened = Promise.withResolvers<Opened>();
  #index: CommandIndex | undefined;
  #upkeep: Timer | undefined;
  #isClosed = false;

  constructor(settings: StoreSettings) {
    const { directory, durability, retention, clock, history, notices } = settings;
    this.#settings = settings;
    this.notices = notices;
    this.history = history;
    this.#client = new LogClient({ directory, durability, retention }, clock);
    this.#journal = new Journal({
      client: this.#client,
      outbox: this.#outbox,
      clock,
      directory,
      onOpened: (recovered) => this.#onOpened(recovered),
      onWritten: (retained) => this.#onWritten(retained),
      onTrouble: (trouble) => settings.onTrouble?.(trouble),
    });
    this.#facts = new DurableFacts(this.#journal);
    this.commands = new DurableCommands({
      journal: this.#journal,
      outbox: this.#outbox,
      index: () => this.#index,
    });
    this.#journal.open();
  }

  get facts(): FactStore {
    return this.#facts;
  }

  get trouble(): string | undefined {
    return this.#journal.trouble;
  }

  get lag() {
    return this.#journal.lag;
  }

  get indexTrouble(): string | undefined {
    return this.#index?.trouble;
  }

  get opened(): Promise<Opened> {
    return this.#opened.promise;
  }

  get attempted(): Promise<void> {
    return this.#journal.attempted;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#upkeep?.cancel();
    await Promise.all([
      this.#journal.close(async () => await this.#index?.close()),
      this.#settings.history.close?.(),
      this.#settings.notices.close?.(),
    ]);
  }

  #onOpened({ facts, inDoubt, tornBytes }: Recovered): void {
    const { directory, log, createIndex, history, notices } = this.#settings;
    if (tornBytes > 0) {
      log.warn({ directory, tornBytes }, 'a crash had interrupted a write to the journal; it was cut off');
    }
    this.#facts.load(facts);
    this.#index = createIndex(directory);
    history.open?.();
    notices.open?.();
    this.#scheduleUpkeep();
    this.#opened.resolve({ inDoubt });
  }

  #onWritten({ keptSince }: Retained): void {
    this.#index?.wake();
    if (keptSince !== undefined) this.#index?.prune(keptSince);
    const dropped = this.#outbox.takeDropped();
    if (dropped === 0) return;
    this.#settings.log.error({ dropped }, 'the latest states of some commands were not put on record: too many waited');
  }

  #scheduleUpkeep(): void {
    if (this.#isClosed) return;
    this.#upkeep = this.#settings.clock.timer(upkeepMs, () => void this.#keepUp());
  }

  async #keepUp(): Promise<void> {
    try {
      const { keptSince } = await this.#client.retain();
      if (keptSince !== undefined) this.#index?.prune(keptSince);
    } catch (error) {
      this.#settings.log.warn({ error: messageOf(error) }, 'old parts of the journal could not be looked after');
    }
    this.#scheduleUpkeep();
  }
}
