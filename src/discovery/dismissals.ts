import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { FactStore } from '../store/store.ts';

const prefix = 'dismissed:';

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
