import { join } from 'node:path';
import type { Clock, Timer } from '../../clock.ts';
import { moduleBeside } from '../../own-files.ts';
import type { CommandIndex } from '../command-index.ts';
import type { CommandRecord } from '../record.ts';
import type { CommandPage, CommandQuery } from '../store.ts';
import { FinalError, type Input, type Output } from '../thread/protocol.ts';
import type { SharedThread } from '../thread/shared-thread.ts';
import { Thread } from '../thread/thread.ts';
import { IndexTrouble } from './trouble.ts';
import type { IndexWork } from './work.ts';

/** Queries that may wait, for an index that is being built, say. */
const maxWaiting = 1000;

/** Entries are taken in together, so that commands in quick succession do not cost a transaction each. */
const followEveryMs = 500;

export interface IndexSettings {
  /** Where the log is, and the index's file beside it: `index.db`. It must exist. */
  readonly directory: string;
  readonly clock: Clock;
  /** The module that exports `readLog`; the log's own by default. */
  readonly readLogModule?: URL;
  /** Hears of each change of `trouble`, undefined when it is over. Must not throw. */
  readonly onTrouble?: (trouble: string | undefined) => void;
  /** Where it runs together with others; a thread of its own by default. */
  readonly shared?: SharedThread;
}

/**
 * An index of the commands in a log, kept by another thread. It begins to read soon, at once when somebody asks, and continues where
 * it stopped when it was there before. What goes wrong is told by the queries: `journal-unavailable`, or `overloaded` when too many
 * wait; a damaged or older file is built anew, one of a newer version is an error.
 */
export function createIndex({
  directory,
  clock,
  readLogModule = logModule(),
  onTrouble = () => {},
  shared,
}: IndexSettings): CommandIndex {
  const data = { directory, path: join(directory, 'index.db'), readLogModule: readLogModule.href };
  const module = moduleBeside(import.meta.url, './worker');
  const thread = new Thread<IndexWork>({ module, data, name: 'the index of commands', maxWaiting, shared });
  const index = new ThreadedIndex(thread, clock, new IndexTrouble(onTrouble));
  index.begin();
  return index;
}

function logModule(): URL {
  return moduleBeside(import.meta.url, '../log/read');
}

class ThreadedIndex implements CommandIndex {
  readonly #thread: Thread<IndexWork>;
  readonly #clock: Clock;
  readonly #trouble: IndexTrouble;
  #isBehind = false;
  #isFollowing = false;
  /** Its thread died: one that dies again and again is started by queries only. */
  #isDown = false;
  #pruneBefore: number | undefined;
  #pause: Timer | undefined;
  #isClosed = false;

  constructor(thread: Thread<IndexWork>, clock: Clock, trouble: IndexTrouble) {
    this.#thread = thread;
    this.#clock = clock;
    this.#trouble = trouble;
  }

  get trouble(): string | undefined {
    return this.#trouble.text;
  }

  /** Not at once: a thread takes a while to start, and the first commands go before it. */
  begin(): void {
    this.#isBehind = true;
    this.#rest();
  }

  /** One message is under way at most, however often the log grows, and then there is a pause: queries do not wait for it. */
  wake(): void {
    this.#isBehind = true;
    if (!this.#isFollowing && !this.#isDown) void this.#follow();
  }

  async get(id: string): Promise<CommandRecord | undefined> {
    return recordIn(await this.#query('get', id));
  }

  async list(query: CommandQuery): Promise<CommandPage> {
    const { texts, next } = await this.#query('list', query);
    // The index wrote these texts itself, of records.
    const items = texts.map((text) => JSON.parse(text) as CommandRecord);
    return { items, ...(next === undefined ? {} : { next }) };
  }

  async devices(): Promise<readonly string[]> {
    return await this.#query('devices', undefined);
  }

  async byKey(by: string, key: string, since: number): Promise<CommandRecord | undefined> {
    return recordIn(await this.#query('byKey', { by, key, since }));
  }

  prune(beforeMs: number): void {
    const isUnderWay = this.#pruneBefore !== undefined;
    this.#pruneBefore = Math.max(beforeMs, this.#pruneBefore ?? beforeMs);
    if (!isUnderWay) void this.#prune(this.#pruneBefore);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#pause?.cancel();
    return this.#thread.close('close', undefined);
  }

  async #query<K extends 'get' | 'list' | 'devices' | 'byKey'>(
    name: K,
    input: Input<IndexWork, K>,
  ): Promise<Output<IndexWork, K>> {
    const answer = await this.#trouble.watch(this.#thread.ask(name, input));
    this.#isDown = false;
    return answer;
  }

  async #follow(): Promise<void> {
    this.#isFollowing = true;
    this.#isBehind = false;
    // Whatever is wrong is wrong for the next query as well, and told there.
    const followed = this.#trouble.watch(this.#thread.ask('follow', undefined));
    await followed.catch((error) => (this.#isDown = error instanceof FinalError));
    if (!this.#isClosed) this.#rest();
  }

  #rest(): void {
    this.#isFollowing = true;
    this.#pause = this.#clock.timer(followEveryMs, () => {
      this.#isFollowing = false;
      if (this.#isBehind) this.wake();
    });
  }

  /** What cannot be pruned now is pruned with what comes later. */
  async #prune(beforeMs: number): Promise<void> {
    await this.#thread.ask('prune', beforeMs).catch(() => {});
    const next = this.#pruneBefore ?? beforeMs;
    this.#pruneBefore = undefined;
    if (next > beforeMs) this.prune(next);
  }
}

function recordIn(text: string | undefined): CommandRecord | undefined {
  // The index wrote this text itself, of a record.
  return text === undefined ? undefined : (JSON.parse(text) as CommandRecord);
}
