import { BellcrankError } from '../../errors.ts';
import type { KeySet, LocalKeys } from './key-set.ts';

/** Whether a token that was good still is as the keys of its issuer change: a key may be withdrawn before a token ends. */
export class Standing {
  readonly #keys: KeySet;
  readonly #check: () => Promise<unknown>;
  #checkedWith: LocalKeys | undefined;
  #over: BellcrankError | undefined;

  /** `check` rejects with `unauthenticated` if it is not good any more. */
  constructor(keys: KeySet, checkedWith: LocalKeys | undefined, check: () => Promise<unknown>) {
    this.#keys = keys;
    this.#checkedWith = checkedWith;
    this.#check = check;
  }

  /** What is known by now; a set of keys that is new is looked at meanwhile. */
  get over(): BellcrankError | undefined {
    const { current } = this.#keys;
    if (current !== this.#checkedWith && this.#over === undefined) void this.#look(current);
    return this.#over;
  }

  async #look(current: LocalKeys | undefined): Promise<void> {
    this.#checkedWith = current;
    try {
      await this.#check();
    } catch (error) {
      if (error instanceof BellcrankError && error.code === 'unauthenticated') this.#over = error;
    }
  }
}
