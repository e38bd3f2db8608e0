import { messageOf } from '../../errors.ts';
import type { LeaseFact } from './lease.ts';
import { causeOf } from './refusals.ts';

export interface DeadManParts {
  readonly stop: (device: string, cause: string) => void;
  /** The stop could not be called; it is still owed. */
  readonly failed: (fact: LeaseFact, detail: string) => void;
}

/** The stop that a dead-man lease leaves behind when it runs out, until it has been called. */
export class DeadMan {
  readonly #device: string;
  readonly #parts: DeadManParts;
  #owed: LeaseFact | undefined;

  constructor(device: string, parts: DeadManParts) {
    this.#device = device;
    this.#parts = parts;
  }

  /** The lease whose stop has not been called yet. */
  get owed(): LeaseFact | undefined {
    return this.#owed;
  }

  owe(fact: LeaseFact): void {
    this.#owed = fact;
  }

  forgive(): void {
    this.#owed = undefined;
  }

  /** Calls the stop that is owed, if there is one. */
  pay(): void {
    const owed = this.#owed;
    if (owed === undefined) return;
    try {
      this.#parts.stop(this.#device, causeOf(this.#device, owed.holder));
      this.#owed = undefined;
    } catch (error) {
      this.#parts.failed(owed, messageOf(error));
    }
  }
}
