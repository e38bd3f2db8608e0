/** Where a thing stands among others that come and go. */
export class Place<T extends object> {
  /** Undefined once it has left. */
  item: T | undefined;
  before: Place<T> | undefined;
  after: Place<T> | undefined;

  constructor(item: T | undefined) {
    this.item = item;
  }
}

/**
 * Things that come and go all the time, in the order in which they came. A Set is made anew every few changes, and V8 has
 * the old table point to the new one: as soon as one of them is old, all that follow are kept until a whole collection, with
 * everything that was in them. What has left a place here is held by nobody.
 */
export class Passing<T extends object> {
  /** Before the first, and after the last. */
  readonly #end = new Place<T>(undefined);
  #size = 0;

  constructor() {
    this.#end.before = this.#end;
    this.#end.after = this.#end;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes a thing in; the place is what `delete` wants. */
  add(item: T): Place<T> {
    const place = new Place(item);
    const last = this.#end.before ?? this.#end;
    place.before = last;
    place.after = this.#end;
    last.after = place;
    this.#end.before = place;
    this.#size++;
    return place;
  }

  /** Whether it was there. */
  delete(place: Place<T>): boolean {
    const { before, after } = place;
    if (before === undefined || after === undefined) return false;
    before.after = after;
    after.before = before;
    place.item = undefined;
    place.before = undefined;
    place.after = undefined;
    this.#size--;
    return true;
  }

  /** A copy, oldest first: whoever is told may come and go because of what he hears. */
  all(): T[] {
    const items: T[] = [];
    for (let place = this.#end.after; place?.item !== undefined; place = place.after) items.push(place.item);
    return items;
  }
}

/** Deletions after which a small table is left. */
const fewDeletions = 64;

/** A Map whose keys come and go all the time. Every so often it goes on in a table to which none of those before points. */
export class PassingMap<K, V> {
  #map = new Map<K, V>();
  #deletions = 0;

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  delete(key: K): void {
    if (!this.#map.delete(key) || ++this.#deletions < this.#map.size + fewDeletions) return;
    this.#deletions = 0;
    this.#map = new Map(this.#map);
  }
}
