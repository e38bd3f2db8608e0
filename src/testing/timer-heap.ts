/** A timer that is due at an instant; those of one instant fire in the order in which they were set. */
export interface Due {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  /** Where it stands in the heap; -1 once it is not there any more. */
  index: number;
}

/** Pending timers, the next one first. Setting and cancelling one of n takes log n steps. */
export class TimerHeap {
  readonly #all: Due[] = [];

  get size(): number {
    return this.#all.length;
  }

  get first(): Due | undefined {
    return this.#all[0];
  }

  add(due: Due): void {
    this.#put(due, this.#all.length);
    this.#rise(due);
  }

  delete(due: Due): void {
    const { index } = due;
    if (index < 0) return;
    due.index = -1;
    const last = this.#all.pop();
    if (last === undefined || last === due) return;
    this.#put(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  #put(due: Due, index: number): void {
    due.index = index;
    this.#all[index] = due;
  }

  #rise(due: Due): void {
    while (due.index > 0) {
      const above = this.#all[(due.index - 1) >> 1];
      if (above === undefined || !isBefore(due, above)) return;
      this.#swap(due, above);
    }
  }

  #sink(due: Due): void {
    for (;;) {
      const left = this.#all[due.index * 2 + 1];
      const right = this.#all[due.index * 2 + 2];
      const below = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (below === undefined || !isBefore(below, due)) return;
      this.#swap(below, due);
    }
  }

  #swap(one: Due, other: Due): void {
    const { index } = one;
    this.#put(one, other.index);
    this.#put(other, index);
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
