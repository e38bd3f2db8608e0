/** So many different ones are remembered; whoever comes after that is the first of its equals once more. */
const most = 1000;

/**
 * One object for all that are equal: ten thousand devices of one make are configured alike, and each of them would keep its
 * own description of what that can do. For JSON data that nobody changes.
 */
export class Alike {
  readonly #known = new Map<string | undefined, unknown>();

  one<T>(value: T): T {
    const text = JSON.stringify(value) as string | undefined;
    // What says the same is of the same type.
    if (this.#known.has(text)) return this.#known.get(text) as T;
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(text, value);
    return value;
  }

  /** The value, those of its members that are objects the first ones of their equals. */
  members<T extends object>(value: T): T {
    const members = Object.entries(value).map(([key, member]) => {
      return [key, typeof member === 'object' ? this.one<unknown>(member) : member] as const;
    });
    // The same members under the same names.
    return Object.fromEntries(members) as T;
  }
}
