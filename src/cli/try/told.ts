import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../clock.ts';

/** How long what has not been told yet is waited for, all of it together. */
export const patienceMs = 3000;

/** What a device tells unasked. */
export class Told {
  readonly #values = new Map<string, unknown>();
  readonly #waiting = new Map<string, () => void>();
  readonly #clock: Clock;
  #until: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it is another value than before. */
  note(property: string, value: unknown): boolean {
    const isNew = !this.#values.has(property) || !isDeepStrictEqual(this.#values.get(property), value);
    this.#values.set(property, value);
    this.#waiting.get(property)?.();
    return isNew;
  }

  /** The last value; undefined where none comes in time. */
  async of(property: string): Promise<{ readonly value: unknown } | undefined> {
    this.#until ??= this.#clock.monotonic() + patienceMs;
    const left = this.#until - this.#clock.monotonic();
    if (!this.#values.has(property) && left > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.#clock.timer(left, resolve);
        this.#waiting.set(property, () => {
          timer.cancel();
          resolve();
        });
      });
    }
    return this.#values.has(property) ? { value: this.#values.get(property) } : undefined;
  }
}
