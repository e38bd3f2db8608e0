/**
 * Errors that wait until somebody asks: first in, first out. When it is full, the newest entry gives way to one that says
 * so, and what comes then is lost (SCPI-1999 vol. 2 §21.8).
 */
export class ErrorQueue<E> {
  readonly #capacity: number;
  readonly #overflow: E;
  readonly #none: E;
  #entries: E[] = [];

  /** `overflow` is said for what did not fit (−350, "Queue overflow"), `none` by an empty queue (0, "No error"). */
  constructor({ capacity, overflow, none }: { capacity: number; overflow: E; none: E }) {
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#none = none;
  }

  get length(): number {
    return this.#entries.length;
  }

  push(error: E): void {
    if (this.#entries.length < this.#capacity) this.#entries.push(error);
    else this.#entries[this.#capacity - 1] = this.#overflow;
  }

  /** Takes the oldest; `none` when there is none. */
  next(): E {
    const [oldest = this.#none] = this.#entries.splice(0, 1);
    return oldest;
  }

  /** Those that wait, the oldest first. */
  get entries(): readonly E[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }
}
