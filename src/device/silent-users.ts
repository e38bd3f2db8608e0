/** Times that each device of a connection does not answer before it is opened anew; twice as many after each in vain. */
const missesBeforeReopening = 3;
const maxDoublings = 4;

/** Counts who does not answer on one connection. */
export class SilentUsers<User> {
  readonly #missed = new Map<User, number>();
  /** How often it was opened in vain, one after the other. */
  #inVain = 0;

  /** One did not answer for the n-th time; true once nobody has, often enough. */
  missed(user: User, times: number, users: Iterable<User>): boolean {
    this.#missed.set(user, times);
    const enough = missesBeforeReopening * 2 ** Math.min(this.#inVain, maxDoublings);
    for (const each of users) if ((this.#missed.get(each) ?? 0) < enough) return false;
    this.#missed.clear();
    this.#inVain++;
    return true;
  }

  reached(user: User): void {
    this.#missed.delete(user);
    this.#inVain = 0;
  }

  left(user: User): void {
    this.#missed.delete(user);
  }
}
