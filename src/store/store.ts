import type { Outcome } from '../errors.ts';
import type { CommandRecord, CommandState } from './record.ts';

/**
 * What outlives the process. One store is embedded; another one implements this interface. Whatever it cannot do it
 * rejects with `journal-unavailable`, whose message says what is wrong and what to do.
 */
export interface Store {
  readonly commands: CommandStore;
  readonly facts: FactStore;
  readonly history: HistoryStore;
  readonly notices: NoticeStore;
  /** Why nothing can be put on record now, for a person; undefined while it can. */
  readonly trouble: string | undefined;
  /** What is not on record yet, and how long the oldest of it has waited at most, ms; absent where nothing waits. */
  readonly lag?: { readonly entries: number; readonly ms: number };
  /** Why commands on record cannot be looked up now, for a person; undefined while they can. Sending does not need it. */
  readonly indexTrouble: string | undefined;
  /**
   * Resolves once the store can be used, with the commands that the process before left open (`queued` or `sent`), as
   * they stood. Never rejects: a store that cannot be opened is in trouble and goes on trying.
   */
  readonly opened: Promise<Opened>;
  /** Resolves when the first attempt to open is over, however it went. */
  readonly attempted: Promise<void>;
  /** Puts on record what was handed in, and lets go of the files. */
  close(): Promise<void>;
}

export interface Opened {
  readonly inDoubt: readonly CommandRecord[];
}

export interface CommandStore {
  /**
   * Puts a command on record as it stands when the batch is written, at the end of this turn of the event loop, and
   * resolves when it is durable. So a command that is accepted and sent in one turn costs one entry. `mayWait`: the batch
   * may be written a moment later, with others in it. `written` is called once it is on record, before whoever waits goes on.
   * What it rejects may be written later by itself: `written` is called then, unless a later state took its place.
   */
  put(record: CommandRecord, mayWait?: boolean, written?: () => void): Promise<void>;
  /** As it stands now; an end whose put has not resolved yet is not shown. */
  get(id: string): Promise<CommandRecord | undefined>;
  /** Newest first; ids sort by time, so pages are stable under inserts. Puts that have resolved are included. */
  list(query: CommandQuery): Promise<CommandPage>;
  /** Devices that there are commands of; some of them, where they are very many. */
  devices(): Promise<readonly string[]>;
  /** The command that a client's key stands for, if its key was not released; `since` is ms since 1970. */
  byKey(by: string, key: string, since: number): Promise<CommandRecord | undefined>;
}

export interface CommandQuery {
  readonly device?: string;
  /** Only commands of these. How far one page looks is then the same whatever else is asked for. */
  readonly devices?: readonly string[];
  readonly command?: string;
  readonly outcome?: Outcome;
  readonly by?: string;
  /** As it is on record. */
  readonly state?: CommandState;
  readonly simulated?: boolean;
  /** Submitted at or after, ms since 1970. */
  readonly from?: number;
  /** Submitted before, ms since 1970. */
  readonly to?: number;
  /** Only commands older than this id. */
  readonly before?: string;
  readonly limit: number;
}

/** Filters that fit few commands give short pages, even empty ones, that have a `next`: the search goes on there. */
export interface CommandPage {
  readonly items: readonly CommandRecord[];
  /** Where the next page starts; absent on the last one. */
  readonly next?: string;
}

/** Somebody who can say at any time what is on record of some facts. */
export class FactSource {
  readonly read: (key: string) => unknown;

  constructor(read: (key: string) => unknown) {
    this.read = read;
  }
}

/** Small named facts, all of them in memory: latches, leases, devices. Keys are `kind:name`. */
export interface FactStore {
  get(key: string): unknown;
  /** Those that begin with `prefix`. */
  keys(prefix: string): readonly string[];
  /** Those whose keys begin with `prefix`. */
  entries(prefix: string): readonly (readonly [key: string, value: unknown])[];
  /**
   * Sets (JSON data) or, with undefined, removes one. In memory at once; resolves when it is durable. Until the store is
   * open, undefined takes back what was set since the start, and never removes what the store holds.
   */
  set(key: string, value: unknown): Promise<void>;
  /** What this one says of the fact is the same, until it is set anew: the store need not keep it as well. */
  lend(key: string, source: FactSource): void;
}

/**
 * What is to be told to people and other services: alarms, and what waits to be delivered. In a log of its own, so that
 * however much of it is written displaces no command. Nothing may be set before it is open.
 */
export interface NoticeStore {
  readonly facts: FactStore;
  /** Resolves once it can be used. Never rejects. */
  readonly opened: Promise<void>;
  /** Resolves when the first attempt to open is over, however it went. */
  readonly attempted: Promise<void>;
  /** Why nothing can be put on record now, for a person; undefined while it can. */
  readonly trouble: string | undefined;
}

/** One value of one property. */
export interface Sample {
  readonly device: string;
  readonly property: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly value: unknown;
}

export interface HistoryQuery {
  readonly device: string;
  readonly property: string;
  /** Ms since 1970, inclusive. */
  readonly from: number;
  /** Ms since 1970, exclusive. */
  readonly to: number;
}

/** Numbers of one stretch of time. */
export interface Bucket {
  /** Its start, ms since 1970. */
  readonly at: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly count: number;
}

export interface SamplesQuery extends HistoryQuery {
  /** Only what follows the page whose `next` this is. */
  readonly after?: string;
  readonly limit: number;
}

export interface SamplePage {
  readonly items: readonly Sample[];
  /** Opaque: a time would not do, for a millisecond may have several samples. Absent on the last page. */
  readonly next?: string;
}

export interface HistoryStore {
  /** Never blocks and never fails: readings of the last moments before a crash may be lost. */
  add(sample: Sample): void;
  /** Oldest first, `limit` at most. */
  samples(query: SamplesQuery): Promise<SamplePage>;
  /** Numeric values in at most `points` buckets of equal length, empty ones left out. */
  buckets(query: HistoryQuery & { readonly points: number }): Promise<readonly Bucket[]>;
}
