import type { TraceEntry } from './entry.ts';

/** The newest entries of a trace, bounded by their number and by what they hold. */
export class Ring {
  readonly #most: number;
  readonly #mostBytes: number;
  /** An entry stands where its sequence falls. */
  readonly #entries: (TraceEntry | undefined)[] = [];
  readonly #sizes: number[] = [];
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
    const index = this.#next++ % this.#most;
    this.#entries[index] = entry;
    this.#sizes[index] = bytes;
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes) this.#drop();
  }

  at(sequence: number): TraceEntry | undefined {
    return sequence < this.#first || sequence >= this.#next ? undefined : this.#entries[sequence % this.#most];
  }

  #drop(): void {
    const index = this.#first++ % this.#most;
    this.#bytes -= this.#sizes[index] ?? 0;
    this.#entries[index] = undefined;
  }
}
