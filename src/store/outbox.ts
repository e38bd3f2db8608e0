import { BellcrankError, messageOf } from '../errors.ts';
import { fitsFrame, maxTextBytes } from './log/frame.ts';
import { commandKey, commandLine, factKey, factLine, type LogLine } from './log/line.ts';
import type { CommandRecord } from './record.ts';

/** Something to be put on record as it stands when its turn comes. */
export interface Item {
  readonly key: string;
  readonly record?: CommandRecord;
  /** Called when it is on record, however late. Must not throw. */
  readonly written?: (() => void) | undefined;
  line(): LogLine;
}

export function commandItem(record: CommandRecord, written?: () => void): Item {
  return new CommandItem(record, written);
}

export function factItem(key: string, value: () => unknown): Item {
  return { key: factKey(key), line: () => factLine(key, value()) };
}

class CommandItem implements Item {
  readonly record: CommandRecord;
  readonly written: (() => void) | undefined;

  constructor(record: CommandRecord, written: (() => void) | undefined) {
    this.record = record;
    this.written = written;
  }

  get key(): string {
    return commandKey(this.record.id);
  }

  line(): LogLine {
    return commandLine(this.record);
  }
}

interface Entry {
  readonly item: Item;
  /** Whoever waits for it; nobody any more once they were told that it failed. */
  done: PromiseWithResolvers<void> | undefined;
  /** What was put in its place before, in the same batch, and is on record with it. */
  earlier: Entry | undefined;
}

const batchEntries = 1000;
const batchCharacters = 8 * 1024 * 1024;

/**
 * What is not on record yet: the batch that is being written, and what waits for the next one. Of what failed, the
 * latest state stays here until it is written; there is a bound on that, and commands that ended go first.
 */
export class Outbox {
  readonly #capacity: number;
  #waiting = new Map<string, Entry>();
  #writing: ReadonlyMap<string, Entry> = new Map();
  #dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#waiting.size + this.#writing.size;
  }

  /** How many wait for the next batch. */
  get waiting(): number {
    return this.#waiting.size;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** How many were given up over capacity, since the last time this was asked. */
  takeDropped(): number {
    const count = this.#dropped;
    this.#dropped = 0;
    return count;
  }

  /** Resolves when the item is on record. */
  add(item: Item): Promise<void> {
    const known = this.#waiting.get(item.key);
    const earlier = toTell(known);
    const done = known?.done ?? Promise.withResolvers<void>();
    this.#waiting.set(item.key, { item, done, earlier });
    return done.promise;
  }

  /** Keeps an item for the time when it can be written; nobody waits for it. */
  keep(item: Item): void {
    this.#waiting.set(item.key, { item, done: this.#waiting.get(item.key)?.done, earlier: undefined });
    this.#bound();
  }

  /** The lines of the next batch, which is then being written. */
  take(): LogLine[] {
    const lines: LogLine[] = [];
    // The table changes hands: one that many go in and out of is made anew, and the old ones stay behind with what was in them.
    const writing = this.#waiting;
    this.#waiting = new Map();
    let characters = 0;
    for (const [key, entry] of writing) {
      const isFull = lines.length >= batchEntries || characters >= batchCharacters;
      const line = isFull ? undefined : lineOf(entry);
      if (isFull) this.#waiting.set(key, entry);
      if (line === undefined) writing.delete(key);
      else {
        lines.push(line);
        characters += line.text.length;
      }
    }
    this.#writing = writing;
    return lines;
  }

  written(): void {
    const written = this.#writing;
    this.#writing = new Map();
    for (const entry of written.values()) {
      tellWritten(entry);
      entry.done?.resolve();
    }
  }

  /** The batch was not written: everybody who waits is told, and its items wait again unless later states do. */
  failed(error: BellcrankError): void {
    this.reject(error);
    for (const [key, entry] of this.#writing) {
      if (!this.#waiting.has(key)) this.#waiting.set(key, entry);
    }
    this.#writing = new Map();
    this.#bound();
  }

  /** Tells everybody who waits; the items stay. */
  reject(error: BellcrankError): void {
    for (const entry of [...this.#writing.values(), ...this.#waiting.values()]) {
      entry.done?.reject(error);
      entry.done = undefined;
      entry.earlier = undefined;
    }
    this.#bound();
  }

  find(key: string): Item | undefined {
    return (this.#waiting.get(key) ?? this.#writing.get(key))?.item;
  }

  /** The newest command that is not on record yet and fits. */
  findRecord(fits: (record: CommandRecord) => boolean): CommandRecord | undefined {
    let newest: CommandRecord | undefined;
    for (const entries of [this.#writing, this.#waiting]) {
      for (const { item } of entries.values()) {
        if (item.record === undefined || !fits(item.record)) continue;
        if (newest === undefined || item.record.id > newest.id) newest = item.record;
      }
    }
    return newest;
  }

  #bound(): void {
    while (this.#waiting.size > this.#capacity) {
      const key = this.#firstKey((record) => record.state === 'ended') ?? this.#firstKey(() => true);
      if (key === undefined) return;
      this.#waiting.delete(key);
      this.#dropped += 1;
    }
  }

  #firstKey(fits: (record: CommandRecord) => boolean): string | undefined {
    for (const [key, { item, done }] of this.#waiting) {
      if (done === undefined && item.record !== undefined && fits(item.record)) return key;
    }
    return undefined;
  }
}

/** Of what tells nobody nothing is kept: a fact may change any number of times before it is on record. */
function toTell(known: Entry | undefined): Entry | undefined {
  if (known?.done === undefined) return undefined;
  return known.item.written === undefined ? known.earlier : known;
}

function tellWritten({ item, earlier }: Entry): void {
  if (earlier !== undefined) tellWritten(earlier);
  item.written?.();
}

/** The line of an item; one that makes none is rejected by itself, so that it cannot hold up the others. */
function lineOf({ item, done }: Entry): LogLine | undefined {
  try {
    const line = item.line();
    if (fitsFrame(line.text)) return line;
    throw new Error(`it is longer than ${maxTextBytes} bytes`);
  } catch (cause) {
    const text = `this cannot be put on record: ${messageOf(cause)}`;
    done?.reject(new BellcrankError('journal-unavailable', text, { cause }));
    return undefined;
  }
}
