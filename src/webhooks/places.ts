/** Numbers from 0 on, the free ones first: so many, and no more, as were ever taken at once. */
export class Places {
  readonly #free: number[] = [];
  #next = 0;

  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  give(place: number): void {
    this.#free.push(place);
  }

  /** Begins with these taken. */
  begin(taken: readonly number[]): void {
    const known = new Set(taken);
    this.#free.length = 0;
    this.#next = Math.max(-1, ...known) + 1;
    for (let place = 0; place < this.#next; place++) if (!known.has(place)) this.#free.push(place);
  }
}
