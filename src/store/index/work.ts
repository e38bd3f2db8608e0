import type { CommandQuery } from '../store.ts';

/** What the thread of the index is started with. */
export interface IndexData {
  /** Where the log is. */
  readonly directory: string;
  /** The index's own file. */
  readonly path: string;
  /** The URL of the module that exports `readLog`. */
  readonly readLogModule: string;
}

/** Records as JSON, to be parsed where they are needed. */
export interface ListedTexts {
  readonly texts: readonly string[];
  readonly next?: string;
}

export interface KeyQuery {
  readonly by: string;
  readonly key: string;
  readonly since: number;
}

/** What the thread of the index can be asked. */
export interface IndexWork {
  /** Reads the log to its end. */
  follow(input: undefined): Promise<void>;
  get(id: string): Promise<string | undefined>;
  list(query: CommandQuery): Promise<ListedTexts>;
  devices(input: undefined): Promise<readonly string[]>;
  byKey(query: KeyQuery): Promise<string | undefined>;
  prune(beforeMs: number): Promise<void>;
  close(input: undefined): void;
}
