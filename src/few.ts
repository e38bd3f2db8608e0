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

/** One thing by itself, or some: where there are tens of thousands of such sets, even the one that holds it weighs. */
type OneOrFew<T extends object> = T | Few<T> | undefined;

export function withOne<T extends object>(before: OneOrFew<T>, item: T): T | Few<T> {
  if (before === undefined || before === item) return item;
  const few = before instanceof Few ? before : fewOf(before);
  few.add(item);
  return few;
}

function fewOf<T extends object>(item: T): Few<T> {
  const few = new Few<T>();
  few.add(item);
  return few;
}

export function withoutOne<T extends object>(before: OneOrFew<T>, item: T): OneOrFew<T> {
  if (!(before instanceof Few)) return before === item ? undefined : before;
  before.delete(item);
  return before.size === 0 ? undefined : before;
}

/** As `Few.all`. */
export function allOf<T extends object>(some: OneOrFew<T>): readonly T[] {
  if (some instanceof Few) return some.all();
  return some === undefined ? [] : [some];
}
