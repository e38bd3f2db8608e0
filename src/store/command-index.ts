import type { CommandRecord } from './record.ts';
import type { CommandPage, CommandQuery } from './store.ts';

/** Finds commands that are in the log. Every query sees what was in the log when it was made. */
export interface CommandIndex {
  /** The log has grown. */
  wake(): void;
  get(id: string): Promise<CommandRecord | undefined>;
  list(query: CommandQuery): Promise<CommandPage>;
  byKey(by: string, key: string, since: number): Promise<CommandRecord | undefined>;
  /** Forgets commands submitted before, in slices that block nothing for long. */
  prune(beforeMs: number): void;
  close(): Promise<void>;
}
