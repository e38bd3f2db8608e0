/**
 * One object for all that are equal: ten thousand devices of one make are configured alike, and each of them would keep its
 * own description of what that can do. For data that nobody changes.
 */
export class Alike {
  readonly #known = new Map<string, object>();

  /** The value, its members the first ones of their equals. */
  members<T extends object>(value: T): T {
    const members = Object.entries(value).map(([key, member]) => [key, this.#first(member)] as const);
    // The same members under the same names.
    return Object.fromEntries(members) as T;
  }

  #first(member: unknown): unknown {
    if (typeof member !== 'object' || member === null) return member;
    const text = JSON.stringify(member);
    const known = this.#known.get(text) ?? member;
    this.#known.set(text, known);
    return known;
  }
}
