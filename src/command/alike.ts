/** So many different ones are remembered. */
const most = 1000;

/** One for all that say the same (JSON data). */
export class Alike {
  readonly #known = new Map<string | undefined, unknown>();

  one<T>(value: T): T {
    const key = JSON.stringify(value) as string | undefined;
    // What says the same is of the same type.
    if (this.#known.has(key)) return this.#known.get(key) as T;
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(key, value);
    return value;
  }
}
