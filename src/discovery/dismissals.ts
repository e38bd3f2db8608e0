import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { FactStore } from '../store/store.ts';

const prefix = 'dismissed:';

/** A broker may have ever new ones announced and taken away: the oldest goes. */
export const maxKept = 10_000;

/** Candidates whose devices somebody took away: rules leave them alone. On record, so that a restart does not forget. */
export class Dismissals {
  readonly #facts: FactStore;
  readonly #log: Log;

  constructor(facts: FactStore, log: Log) {
    this.#facts = facts;
    this.#log = log;
  }

  has(candidate: string): boolean {
    return this.#facts.get(`${prefix}${candidate}`) !== undefined;
  }

  add(candidate: string): void {
    this.#set(candidate, true);
    for (const key of this.#facts.keys(prefix).slice(0, -maxKept)) this.#set(key.slice(prefix.length), undefined);
  }

  remove(candidate: string): void {
    if (this.has(candidate)) this.#set(candidate, undefined);
  }

  #set(candidate: string, value: true | undefined): void {
    this.#facts.set(`${prefix}${candidate}`, value).catch((error: unknown) => {
      this.#log.error({ candidate, error: messageOf(error) }, 'that a candidate was dismissed is not on record');
    });
  }
}
