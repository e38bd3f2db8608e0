import type { CommandRecord } from './record.ts';
import type { CommandPage, CommandQuery } from './store.ts';

/**
 * Answers questions about commands from what the log holds, and can be rebuilt from it. Each question is answered as of
 * at least the log's end at the time of the call. What it cannot answer it rejects with `journal-unavailable`.
 */
export interface CommandIndex {
  /** Why it cannot be used, for a person, as of the last time that it was tried; undefined while it can. */
  readonly trouble: string | undefined;
  /** The log has grown: a good moment to catch up. Never throws, costs next to nothing. */
  wake(): void;
  get(id: string): Promise<CommandRecord | undefined>;
  list(query: CommandQuery): Promise<CommandPage>;
  devices(): Promise<readonly string[]>;
  /** The newest command of `by` with this key, submitted at or after `since` (ms since 1970). */
  byKey(by: string, key: string, since: number): Promise<CommandRecord | undefined>;
  /** The log holds nothing any more that was written before `beforeMs` (ms since 1970): ended commands of then can go. */
  prune(beforeMs: number): void;
  close(): Promise<void>;
}
