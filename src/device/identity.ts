import { BellcrankError, printable } from '../errors.ts';

/** Identities are told by devices, and kept. */
const maxLength = 200;

/**
 * Which piece of hardware a configured device is, as far as the hardware can tell. The first one that answers is taken
 * at its word; after that another one is refused, because commands, limits and setpoints were meant for the first.
 */
export class Identity {
  #known: string | undefined;

  get known(): string | undefined {
    return this.#known;
  }

  /** Throws `identity-mismatch` for another device than before. */
  check(told: string): void {
    const identity = printable(told.slice(0, maxLength));
    this.#known ??= identity;
    if (identity === this.#known) return;
    const found = `${JSON.stringify(identity)} answers where ${JSON.stringify(this.#known)} did before`;
    const remedy = 'plug that one back in, or accept the new one: POST …/reconnect with {"acceptIdentity": true}';
    throw new BellcrankError('identity-mismatch', `${found}; ${remedy}`);
  }

  /** Takes whoever answers next. */
  accept(): void {
    this.#known = undefined;
  }
}
