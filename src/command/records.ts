import type { CommandRecord } from './record.ts';

export interface Page {
  readonly items: readonly CommandRecord[];
  /** Where the next page starts; absent on the last one. */
  readonly next?: string;
}

export interface RecordQuery {
  readonly device?: string;
  readonly command?: string;
  readonly outcome?: string;
  /** Only records older than this id. */
  readonly before?: string;
  readonly limit: number;
}

/** Where commands are on record. `sent` is awaited before the first byte leaves. */
export interface Records {
  accepted(record: CommandRecord): Promise<void>;
  sent(record: CommandRecord): Promise<void>;
  ended(record: CommandRecord): Promise<void>;
  get(id: string): Promise<CommandRecord | undefined>;
  /** Newest first; ids sort by time, so pages are stable under inserts. */
  list(query: RecordQuery): Promise<Page>;
}

/** The most recent commands, in memory: nothing survives the process. */
export class MemoryRecords implements Records {
  readonly #records = new Map<string, CommandRecord>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  accepted(record: CommandRecord): Promise<void> {
    this.#records.set(record.id, record);
    if (this.#records.size > this.#capacity) this.#dropOldestEnded();
    return Promise.resolve();
  }

  sent(_record: CommandRecord): Promise<void> {
    return Promise.resolve();
  }

  ended(_record: CommandRecord): Promise<void> {
    return Promise.resolve();
  }

  get(id: string): Promise<CommandRecord | undefined> {
    return Promise.resolve(this.#records.get(id));
  }

  list(query: RecordQuery): Promise<Page> {
    const items: CommandRecord[] = [];
    for (const record of [...this.#records.values()].toReversed()) {
      if (!matches(record, query)) continue;
      const last = items.at(-1);
      if (items.length === query.limit && last !== undefined) return Promise.resolve({ items, next: last.id });
      items.push(record);
    }
    return Promise.resolve({ items });
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

function matches(record: CommandRecord, query: RecordQuery): boolean {
  if (query.before !== undefined && record.id >= query.before) return false;
  if (query.device !== undefined && record.device !== query.device) return false;
  if (query.command !== undefined && record.command !== query.command) return false;
  return query.outcome === undefined || record.outcome === query.outcome;
}
