/**
 * A set that mostly holds one thing, and then costs no table: of the topics of ten thousand devices nearly each has one
 * listener, and a few have all of them.
 */
export class Few<T extends object> {
  #one: T | undefined;
  #more: Set<T> | undefined;

  get size(): number {
    return this.#more?.size ?? (this.#one === undefined ? 0 : 1);
  }

  has(item: T): boolean {
    return this.#more?.has(item) ?? this.#one === item;
  }

  add(item: T): void {
    if (this.#more !== undefined) this.#more.add(item);
    else if (this.#one === undefined) this.#one = item;
    else if (this.#one !== item) this.#more = new Set([this.#one, item]);
  }

  /** Whether it was there. */
  delete(item: T): boolean {
    if (this.#more !== undefined) return this.#more.delete(item);
    if (this.#one !== item) return false;
    this.#one = undefined;
    return true;
  }

  /** A copy, in the order in which they came: whoever is told may come and go because of what he hears. */
  all(): T[] {
    if (this.#more !== undefined) return [...this.#more];
    return this.#one === undefined ? [] : [this.#one];
  }
}
