import { BellcrankError } from '../../src/errors.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { CommandRecord } from '../../src/store/record.ts';
import type { CommandStore, FactStore } from '../../src/store/store.ts';

/** A store in memory whose disk can hang or fail; it keeps each state that was put, as a log does. */
export class FlakyStore extends MemoryStore {
  /** Every state that became durable, in order. */
  readonly written: CommandRecord[] = [];
  mode: 'works' | 'hangs' | 'fails' = 'works';
  /** Questions about keys get no answer. */
  isBusy = false;
  override readonly commands: CommandStore;
  override readonly facts: FactStore;
  readonly #waiting: (() => void)[] = [];

  constructor() {
    super(1000);
    const { commands, facts } = new MemoryStore(1000);
    this.commands = {
      get: (id) => commands.get(id),
      list: (query) => commands.list(query),
      devices: () => commands.devices(),
      byKey: async (by, key, since) => {
        await this.#index();
        return await commands.byKey(by, key, since);
      },
      put: async (record, _mayWait, written) => {
        await this.#disk();
        const copy = structuredClone(record);
        this.written.push(copy);
        await commands.put(copy, false, written);
      },
    };
    this.facts = {
      get: (key) => facts.get(key),
      keys: (prefix) => facts.keys(prefix),
      entries: (prefix) => facts.entries(prefix),
      lend: () => {},
      set: async (key, value) => {
        await facts.set(key, value);
        await this.#disk();
      },
    };
  }

  fail(): void {
    this.mode = 'fails';
    this.trouble = 'the disk is full';
  }

  /** What hangs fails, as does what follows. */
  break(): void {
    this.fail();
    for (const go of this.#waiting.splice(0)) go();
  }

  /** It works again, and what hung goes through. */
  mend(): void {
    this.mode = 'works';
    this.isBusy = false;
    this.trouble = undefined;
    for (const go of this.#waiting.splice(0)) go();
  }

  async #index(): Promise<void> {
    if (this.isBusy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #disk(): Promise<void> {
    if (this.mode === 'hangs') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.mode === 'fails') throw new BellcrankError('journal-unavailable', 'the disk is full; make room');
  }
}
