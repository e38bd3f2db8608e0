import type { CommandIndex } from './command-index.ts';
import { type Journal, unavailable } from './journal.ts';
import { commandKey } from './log/line.ts';
import { commandItem, type Outbox } from './outbox.ts';
import type { CommandRecord } from './record.ts';
import type { CommandPage, CommandQuery, CommandStore } from './store.ts';

export interface CommandParts {
  readonly journal: Journal;
  readonly outbox: Outbox;
  /** Undefined until the log is open. */
  readonly index: () => CommandIndex | undefined;
}

/** Commands: those that are not on record yet in memory, all others through the index. */
export class DurableCommands implements CommandStore {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  put(record: CommandRecord, mayWait?: boolean, written?: () => void): Promise<void> {
    return this.#parts.journal.put(commandItem(record, written), mayWait);
  }

  async get(id: string): Promise<CommandRecord | undefined> {
    const early = this.#inMemory(id);
    // An end that is not on record yet is not shown: a crash would take it back.
    return early === undefined || early.state === 'ended' ? await this.#index().get(id) : early;
  }

  async list(query: CommandQuery): Promise<CommandPage> {
    return await this.#index().list(query);
  }

  async devices(): Promise<readonly string[]> {
    return await this.#index().devices();
  }

  async byKey(by: string, key: string, since: number): Promise<CommandRecord | undefined> {
    const isIt = (record: CommandRecord): boolean =>
      record.by === by && record.key?.value === key && record.submittedAt >= since;
    const early = this.#parts.outbox.findRecord(isIt);
    // Where the store knows nothing of it yet, the key is taken all the same.
    if (early !== undefined) return (await this.get(early.id)) ?? early;
    const found = await this.#index().byKey(by, key, since);
    if (found === undefined) return undefined;
    // It may have changed since it was put on record; a released key is one that nobody has.
    const now = this.#inMemory(found.id) ?? found;
    return isIt(now) ? ((await this.get(found.id)) ?? found) : undefined;
  }

  #inMemory(id: string): CommandRecord | undefined {
    return this.#parts.outbox.find(commandKey(id))?.record;
  }

  #index(): CommandIndex {
    const index = this.#parts.index();
    if (index === undefined) throw unavailable(this.#parts.journal.trouble ?? 'the journal is being opened; try again');
    return index;
  }
}
