/** Times that each device of a connection does not answer before it is opened anew; twice as many after each in vain. */
const missesBeforeReopening = 3;
const maxDoublings = 4;

/** Counts who does not answer on one connection. */
export class SilentUsers<User> {
  readonly #missed = new Map<User, number>();
  /** Those of them that have not answered often enough, so that nobody looks at all of them each time. */
  #silent = 0;
  /** How often it was opened in vain, one after the other. */
  #inVain = 0;

  /** One of `users` did not answer for the n-th time; true once none of them has, often enough. */
  missed(user: User, times: number, users: number): boolean {
    this.left(user);
    this.#missed.set(user, times);
    if (times >= this.#enough) this.#silent++;
    if (this.#silent < users) return false;
    this.#missed.clear();
    this.#silent = 0;
    this.#inVain++;
    return true;
  }

  reached(user: User): void {
    this.left(user);
    if (this.#inVain === 0) return;
    this.#inVain = 0;
    this.#silent = [...this.#missed.values()].filter((times) => times >= this.#enough).length;
  }

  left(user: User): void {
    if ((this.#missed.get(user) ?? 0) >= this.#enough) this.#silent--;
    this.#missed.delete(user);
  }

  get #enough(): number {
    return missesBeforeReopening * 2 ** Math.min(this.#inVain, maxDoublings);
  }
}
