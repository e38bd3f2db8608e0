import type { TraceEntry } from './entry.ts';

/** The newest entries of a trace, bounded by their number and by what they hold. */
export class Ring {
  readonly #most: number;
  readonly #mostBytes: number;
  /** An entry stands where its sequence falls. */
  readonly #slots: (Slot | undefined)[] = [];
  #first = 1;
  #next = 1;
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** The sequence of the oldest that is left; `next` where there is none. */
  get first(): number {
    return this.#first;
  }
  /** The sequence of the next one. */
  get next(): number {
    return this.#next;
  }

  push(entry: TraceEntry, bytes: number): void {
    if (this.#next - this.#first === this.#most) this.#drop();
    this.#slots[this.#next++ % this.#most] = { entry, bytes };
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes) this.#drop();
  }

  at(sequence: number): TraceEntry | undefined {
    return sequence < this.#first || sequence >= this.#next ? undefined : this.#slots[sequence % this.#most]?.entry;
  }

  #drop(): void {
    const index = this.#first++ % this.#most;
    this.#bytes -= this.#slots[index]?.bytes ?? 0;
    this.#slots[index] = undefined;
  }
}

interface Slot {
  readonly entry: TraceEntry;
  readonly bytes: number;
}
