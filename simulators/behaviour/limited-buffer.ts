/** What becomes of the one too many: it is lost, as in a UART, or the oldest is, as in a ring. */
export type Overrun = 'lose-new' | 'lose-old';

/** Bytes, characters or frames that wait, no more of them than there is room for. First in, first out. */
export class LimitedBuffer<T> {
  readonly capacity: number;
  readonly #overrun: Overrun;
  #items: T[] = [];
  #lost = 0;
  #fullest = 0;

  constructor(capacity: number, overrun: Overrun) {
    this.capacity = capacity;
    this.#overrun = overrun;
  }

  get length(): number {
    return this.#items.length;
  }

  get free(): number {
    return this.capacity - this.#items.length;
  }

  /** How many have been lost for want of room. */
  get lost(): number {
    return this.#lost;
  }

  /** The most that has ever been in it. */
  get fullest(): number {
    return this.#fullest;
  }

  /** Those that wait, the oldest first. */
  get items(): readonly T[] {
    return [...this.#items];
  }

  /** False if it or another one was lost. */
  push(item: T): boolean {
    const fits = this.free > 0;
    if (!fits) this.#lost++;
    if (!fits && this.#overrun === 'lose-old') this.#items.shift();
    if (this.free > 0) this.#items.push(item);
    this.#fullest = Math.max(this.#fullest, this.#items.length);
    return fits;
  }

  /** The oldest, which stays; undefined when it is empty. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Takes the oldest; undefined when it is empty. */
  take(): T | undefined {
    return this.#items.shift();
  }

  clear(): void {
    this.#items = [];
  }
}
