import type { StreamEntry } from './entry.ts';

export interface RingBounds {
  readonly maxEntries: number;
  /** Characters of JSON, which are bytes of memory unless they are rare ones. */
  readonly maxBytes: number;
}

/** The latest entries, in order; the oldest go when it is full. */
export class Ring {
  readonly #bounds: RingBounds;
  readonly #slots: (StreamEntry | undefined)[] = [];
  #first = 0;
  #size = 0;
  #bytes = 0;
  #lost = 0;

  constructor(bounds: RingBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#size;
  }
  get bytes(): number {
    return this.#bytes;
  }
  /** The id of the newest one that has gone; 0 if none has. */
  get lost(): number {
    return this.#lost;
  }

  push(entry: StreamEntry): void {
    const { maxEntries, maxBytes } = this.#bounds;
    while (this.#size > 0 && (this.#size >= maxEntries || this.#bytes + entry.weight > maxBytes)) this.#shift();
    this.#slots[(this.#first + this.#size) % maxEntries] = entry;
    this.#size++;
    this.#bytes += entry.weight;
  }

  /** Keeps nothing of what has been, up to an id. */
  clear(lost: number): void {
    while (this.#size > 0) this.#shift();
    this.#lost = lost;
  }

  /** Those with a greater id, oldest first. */
  *after(id: number): Generator<StreamEntry> {
    for (let index = this.#indexAfter(id); index < this.#size; index++) {
      const entry = this.#at(index);
      if (entry !== undefined) yield entry;
    }
  }

  #shift(): void {
    const entry = this.#at(0);
    this.#slots[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#bounds.maxEntries;
    this.#size--;
    this.#bytes -= entry?.weight ?? 0;
    this.#lost = entry?.id ?? this.#lost;
  }

  /** By halves, since ids grow. */
  #indexAfter(id: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#at(middle)?.id ?? 0) > id) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #at(index: number): StreamEntry | undefined {
    return this.#slots[(this.#first + index) % this.#bounds.maxEntries];
  }
}
