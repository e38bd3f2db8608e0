import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Log } from '../../src/driver/contract.ts';
import type { CommandIndex } from '../../src/store/command-index.ts';
import { openStore, type StoreSettings } from '../../src/store/durable.ts';
import type { LogEntry, LogPosition, LogSlice } from '../../src/store/log/entry.ts';
import { readLog } from '../../src/store/log/read.ts';
import { parseEntry } from '../../src/store/log/scan.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { CommandRecord, CommandState } from '../../src/store/record.ts';
import type { CommandPage, CommandQuery, Store } from '../../src/store/store.ts';
import { VirtualClock } from '../../src/testing/index.ts';

export const dayMs = 86_400_000;

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function makeRecord(id: string, state: CommandState = 'queued', fields: Partial<CommandRecord> = {}) {
  return {
    id,
    device: 'psu-1',
    command: 'set-voltage',
    params: { volts: 5 },
    by: 'tester',
    simulated: true,
    declared: 'acknowledged',
    submittedAt: 1000,
    state,
    ...fields,
  } satisfies CommandRecord as CommandRecord;
}

/** What a part of a log says. */
export function entriesOf({ texts }: Pick<LogSlice, 'texts'>): LogEntry[] {
  return texts.flatMap((text) => parseEntry(text) ?? []);
}

/** Everything that a log holds, oldest first. */
export function readAll(directory: string, step = 100): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let from: LogPosition | undefined; ;) {
    const slice = readLog(directory, from, step);
    entries.push(...entriesOf(slice));
    from = slice.next;
    if (slice.texts.length === 0) return entries;
  }
}

/** The last state that a log holds of each command. */
export function lastStates(directory: string): Map<string, CommandRecord> {
  const states = new Map<string, CommandRecord>();
  for (const entry of readAll(directory)) if (entry.kind === 'command') states.set(entry.record.id, entry.record);
  return states;
}

/** An index that follows the log as the real one does, in memory and on the caller's thread. */
export class TailIndex implements CommandIndex {
  readonly #directory: string;
  readonly #commands = new MemoryStore(100_000).commands;
  #next: LogPosition | undefined;
  trouble: string | undefined;
  wakes = 0;
  prunedBefore: number | undefined;
  isClosed = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  wake(): void {
    this.wakes += 1;
  }

  async get(id: string): Promise<CommandRecord | undefined> {
    this.#catchUp();
    return await this.#commands.get(id);
  }

  async list(query: CommandQuery): Promise<CommandPage> {
    this.#catchUp();
    return await this.#commands.list(query);
  }

  async devices(): Promise<readonly string[]> {
    this.#catchUp();
    return await this.#commands.devices();
  }

  async byKey(by: string, key: string, since: number): Promise<CommandRecord | undefined> {
    this.#catchUp();
    return await this.#commands.byKey(by, key, since);
  }

  prune(beforeMs: number): void {
    this.prunedBefore = beforeMs;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  #catchUp(): void {
    for (;;) {
      const slice = readLog(this.#directory, this.#next, 100);
      this.#next = slice.next;
      if (slice.texts.length === 0) return;
      for (const entry of entriesOf(slice)) if (entry.kind === 'command') void this.#commands.put(entry.record);
    }
  }
}

export interface Opening {
  readonly store: Store;
  readonly clock: VirtualClock;
  /** Each change of trouble, in order. */
  readonly troubles: readonly (string | undefined)[];
  /** Warnings and errors that were logged. */
  readonly logged: readonly { readonly fields: object; readonly message: string }[];
  /** The index, once the store is open. */
  readonly index: () => TailIndex;
}

/** Opens a store in a directory over a virtual clock; it is closed when the test ends. */
export function startStore(directory: string, changes: Partial<StoreSettings> = {}): Opening {
  const clock = new VirtualClock();
  const troubles: (string | undefined)[] = [];
  const logged: { fields: object; message: string }[] = [];
  let index: TailIndex | undefined;
  const note = (fields: object, message: string): void => void logged.push({ fields, message });
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note };
  const store = openStore({
    directory,
    durability: 'process',
    retention: { maxAgeMs: 30 * dayMs, maxBytes: 1e9 },
    clock,
    log,
    createIndex: (place) => (index = new TailIndex(place)),
    history: new MemoryStore(1).history,
    notices: new MemoryStore(1).notices,
    onTrouble: (trouble) => troubles.push(trouble),
    ...changes,
  });
  onTestFinished(() => store.close());
  const found = (): TailIndex => {
    if (index === undefined) throw new Error('the store is not open');
    return index;
  };
  return { store, clock, troubles, logged, index: found };
}
