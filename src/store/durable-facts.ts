import { factItem } from './outbox.ts';
import type { Journal } from './journal.ts';
import { FactSource, type FactStore } from './store.ts';

/** What the log holds of a fact, or of several that say the same: read when somebody wants to know. */
class Unread {
  #text: string | undefined;
  #value: unknown;

  constructor(text: string) {
    this.#text = text;
  }

  get value(): unknown {
    if (this.#text !== undefined) this.#value = JSON.parse(this.#text);
    this.#text = undefined;
    return this.#value;
  }
}

/** Facts in memory, put on record as they change. */
export class DurableFacts implements FactStore {
  readonly #journal: Journal;
  /** Each as it was set, as the log holds it, or who has it. */
  readonly #facts = new Map<string, unknown>();
  /** Set before the log was open, and not taken back; newer than what it holds. Undefined once it is open. */
  #early: Set<string> | undefined = new Set();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Takes over what the log holds, once: JSON by keys. */
  load(facts: readonly (readonly [key: string, json: string])[]): void {
    const early = this.#early;
    if (early === undefined) return;
    this.#early = undefined;
    const known = new Map<string, Unread>();
    for (const [key, json] of facts) {
      if (early.has(key)) continue;
      const unread = known.get(json) ?? new Unread(json);
      known.set(json, unread);
      this.#facts.set(key, unread);
    }
  }

  get(key: string): unknown {
    const fact = this.#facts.get(key);
    if (fact instanceof Unread) return fact.value;
    return fact instanceof FactSource ? fact.read(key) : fact;
  }

  keys(prefix: string): readonly string[] {
    return [...this.#facts.keys()].filter((key) => key.startsWith(prefix));
  }

  entries(prefix: string): readonly (readonly [string, unknown])[] {
    return this.keys(prefix).map((key) => [key, this.get(key)] as const);
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
    return this.#journal.put(factItem(key, () => this.get(key)));
  }

  lend(key: string, source: FactSource): void {
    if (this.#facts.has(key)) this.#facts.set(key, source);
  }
}
