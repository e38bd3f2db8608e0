/**
 * Hands on what is told, at once: but for the turn of the event loop in which a stop is sent. Its bytes go first, and who
 * hears of it takes their time. What was told comes in its order.
 */
export class Hush<T> {
  readonly #tell: (one: T) => void;
  /** What waits; undefined while nothing does. */
  #kept: T[] | undefined;
  #isDue = false;

  /** `tell` must not throw. */
  constructor(tell: (one: T) => void) {
    this.#tell = tell;
  }

  tell(one: T): void {
    if (this.#kept === undefined) this.#tell(one);
    else this.#kept.push(one);
  }

  /** From now to the end of this turn nobody is told anything. */
  begin(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#kept ??= [];
    setImmediate(() => this.#end());
  }

  /** Who hears of one thing may begin another hush: what is left waits for its end. */
  #end(): void {
    this.#isDue = false;
    const kept = this.#kept ?? [];
    let told = 0;
    while (told < kept.length && !this.#isDue) this.#tell(kept[told++] as T); // there are more than were told
    if (this.#isDue) kept.splice(0, told);
    else this.#kept = undefined;
  }
}
