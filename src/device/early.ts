/** What a driver may tell before it says what its device is; more than that is dropped, oldest first. */
const most = 10_000;

/**
 * What a driver tells while it attaches, kept until it is known which model it is about: a device that describes itself
 * tells its values with the same breath.
 */
export class Early {
  #kept: (() => void)[] | undefined = [];

  /** Now, or once it is released. */
  run(tell: () => void): void {
    if (this.#kept === undefined) return tell();
    this.#kept.push(tell);
    if (this.#kept.length > most) this.#kept.shift();
  }

  release(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const tell of kept) tell();
  }
}
