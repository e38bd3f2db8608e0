import { factItem } from './outbox.ts';
import type { Journal } from './journal.ts';
import type { FactStore } from './store.ts';

/** Facts in memory, put on record as they change. */
export class DurableFacts implements FactStore {
  readonly #journal: Journal;
  readonly #facts = new Map<string, unknown>();
  /** Set before the log was open, and not taken back; newer than what it holds. Undefined once it is open. */
  #early: Set<string> | undefined = new Set();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Takes over what the log holds, once. */
  load(facts: readonly (readonly [key: string, value: unknown])[]): void {
    const early = this.#early;
    if (early === undefined) return;
    this.#early = undefined;
    for (const [key, value] of facts) {
      if (!early.has(key)) this.#facts.set(key, value);
    }
  }

  get(key: string): unknown {
    return this.#facts.get(key);
  }

  entries(prefix: string): readonly (readonly [string, unknown])[] {
    return [...this.#facts].filter(([key]) => key.startsWith(prefix));
  }

  /**
   * Until the log is open nobody knows what it holds, so nothing can mean to remove it: undefined then only takes back
   * what was set in the meantime, and what the log holds is put on record once more.
   */
  set(key: string, value: unknown): Promise<void> {
    if (value === undefined) {
      this.#early?.delete(key);
      this.#facts.delete(key);
    } else {
      this.#early?.add(key);
      this.#facts.set(key, value);
    }
    return this.#journal.put(factItem(key, () => this.#facts.get(key)));
  }
}
