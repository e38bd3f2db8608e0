import type { CommandRecord } from './record.ts';
import type {
  Bucket,
  CommandPage,
  CommandQuery,
  CommandStore,
  FactStore,
  HistoryQuery,
  HistoryStore,
  NoticeStore,
  Opened,
  Sample,
  SamplePage,
  SamplesQuery,
  Store,
} from './store.ts';

/** A store that forgets: for tests, and wherever nothing shall outlive the process. */
export class MemoryStore implements Store {
  readonly commands: CommandStore;
  readonly facts: FactStore = new MemoryFacts();
  readonly history: HistoryStore = new MemoryHistory();
  readonly notices: NoticeStore = new MemoryNotices();
  readonly opened: Promise<Opened> = Promise.resolve({ inDoubt: [] });
  readonly attempted: Promise<void> = Promise.resolve();
  trouble: string | undefined;
  indexTrouble: string | undefined;

  constructor(capacity: number) {
    this.commands = new MemoryCommands(capacity);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class MemoryNotices implements NoticeStore {
  readonly facts: FactStore = new MemoryFacts();
  readonly opened = Promise.resolve();
  readonly attempted = Promise.resolve();
  readonly trouble = undefined;
}

class MemoryCommands implements CommandStore {
  readonly #records = new Map<string, CommandRecord>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  put(record: CommandRecord, _mayWait?: boolean, written?: () => void): Promise<void> {
    this.#records.set(record.id, record);
    if (this.#records.size > this.#capacity) this.#dropOldestEnded();
    return Promise.resolve().then(written);
  }

  get(id: string): Promise<CommandRecord | undefined> {
    return Promise.resolve(this.#records.get(id));
  }

  list(query: CommandQuery): Promise<CommandPage> {
    const items: CommandRecord[] = [];
    for (const record of [...this.#records.values()].toReversed()) {
      if (!matches(record, query)) continue;
      const last = items.at(-1);
      if (items.length === query.limit && last !== undefined) return Promise.resolve({ items, next: last.id });
      items.push(record);
    }
    return Promise.resolve({ items });
  }

  devices(): Promise<readonly string[]> {
    return Promise.resolve([...new Set([...this.#records.values()].map(({ device }) => device))]);
  }

  byKey(by: string, key: string, since: number): Promise<CommandRecord | undefined> {
    const found = [...this.#records.values()].findLast(
      (record) => record.by === by && record.key?.value === key && record.submittedAt >= since,
    );
    return Promise.resolve(found);
  }

  /** A command that has not ended is never dropped; how many there are is bounded by the lanes. */
  #dropOldestEnded(): void {
    for (const record of this.#records.values()) {
      if (record.state !== 'ended') continue;
      this.#records.delete(record.id);
      return;
    }
  }
}

/** Whether a command is one that a query asks for. */
export function matches(record: CommandRecord, query: CommandQuery): boolean {
  if (query.before !== undefined && record.id >= query.before) return false;
  if (query.from !== undefined && record.submittedAt < query.from) return false;
  if (query.to !== undefined && record.submittedAt >= query.to) return false;
  if (query.devices?.includes(record.device) === false) return false;
  return (['device', 'command', 'outcome', 'by', 'state', 'simulated'] as const).every(
    (field) => query[field] === undefined || record[field] === query[field],
  );
}

class MemoryFacts implements FactStore {
  readonly #facts = new Map<string, unknown>();

  get(key: string): unknown {
    return this.#facts.get(key);
  }

  keys(prefix: string): readonly string[] {
    return [...this.#facts.keys()].filter((key) => key.startsWith(prefix));
  }

  /** Another process may begin with these very facts, and has nobody who lends them. */
  lend(): void {}

  entries(prefix: string): readonly (readonly [string, unknown])[] {
    return [...this.#facts].filter(([key]) => key.startsWith(prefix));
  }

  set(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.#facts.delete(key);
    else this.#facts.set(key, value);
    return Promise.resolve();
  }
}

/** Keeps nothing. */
class MemoryHistory implements HistoryStore {
  add(_sample: Sample): void {}

  samples(_query: SamplesQuery): Promise<SamplePage> {
    return Promise.resolve({ items: [] });
  }

  buckets(_query: HistoryQuery): Promise<readonly Bucket[]> {
    return Promise.resolve([]);
  }
}
