import type { Clock } from '../../src/clock.ts';
import { DurableCommands } from '../../src/store/durable-commands.ts';
import { DurableFacts } from '../../src/store/durable-facts.ts';
import { Journal, type LogAccess } from '../../src/store/journal.ts';
import type { LogLine } from '../../src/store/log/line.ts';
import { LogError } from '../../src/store/log/log-error.ts';
import { parseEntry } from '../../src/store/log/scan.ts';
import type { Retained } from '../../src/store/log/writer.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Outbox } from '../../src/store/outbox.ts';
import type { CommandRecord } from '../../src/store/record.ts';
import type { CommandStore, FactStore } from '../../src/store/store.ts';

/** A log on a disk that works, is slow, hangs, or fails when it is told to. Whole batches are on it, or nothing of them. */
class LogBook implements LogAccess {
  mode: 'works' | 'slow' | 'hangs' | 'fails' = 'works';
  readonly #clock: Clock;
  readonly #written: (line: LogLine) => void;
  #hung: (() => void) | undefined;

  constructor(clock: Clock, written: (line: LogLine) => void) {
    this.#clock = clock;
    this.#written = written;
  }

  open() {
    return Promise.resolve({ facts: [], inDoubt: [], tornBytes: 0 });
  }

  async append(lines: readonly LogLine[]): Promise<Retained> {
    if (this.mode === 'slow') await new Promise<void>((resolve) => this.#clock.timer(3, resolve));
    if (this.mode === 'hangs') await new Promise<void>((resolve) => (this.#hung = resolve));
    if (this.mode === 'fails') throw new LogError('io', 'the disk is full');
    for (const line of lines) this.#written(line);
    return {};
  }

  close() {
    return Promise.resolve();
  }

  terminate() {
    return Promise.resolve();
  }

  /** What hung goes on, and fares as what comes then. */
  set(mode: LogBook['mode']): void {
    this.mode = mode;
    if (mode !== 'hangs') this.#hung?.();
  }
}

/** The store's own journal over such a log: what failed is tried again, and what hung may go through. */
export class BookStore extends MemoryStore {
  readonly book: LogBook;
  /** What a crash would find of each command. */
  readonly onRecord = new Map<string, CommandRecord>();
  override readonly commands: CommandStore;
  override readonly facts: FactStore;
  readonly #outbox = new Outbox(1000);

  constructor(clock: Clock, written: (record: CommandRecord) => void) {
    super(1000);
    this.book = new LogBook(clock, ({ text }) => {
      const entry = parseEntry(text);
      if (entry?.kind !== 'command') return;
      this.onRecord.set(entry.record.id, entry.record);
      written(entry.record);
    });
    const journal = new Journal({
      client: this.book,
      outbox: this.#outbox,
      clock,
      directory: '/data/journal',
      onOpened: () => {},
      onWritten: () => {},
      onTrouble: (trouble) => (this.trouble = trouble),
    });
    journal.open();
    this.facts = new DurableFacts(journal);
    const index = {
      get: (id: string) => Promise.resolve(this.onRecord.get(id)),
      list: () => Promise.resolve({ items: [] }),
      devices: () => Promise.resolve([]),
      byKey: () => Promise.resolve(undefined),
      trouble: undefined,
      wake: () => {},
      prune: () => {},
      close: () => Promise.resolve(),
    };
    this.commands = new DurableCommands({ journal, outbox: this.#outbox, index: () => index });
  }

  /** Nothing is left that is not on record. */
  get isWritten(): boolean {
    return this.#outbox.isEmpty;
  }
}
