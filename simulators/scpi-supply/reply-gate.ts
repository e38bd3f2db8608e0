/** When replies leave, as a test wants it: at once, late, or never, from the n-th on. */
export class ReplyGate {
  #delayMs: number | undefined = 0;
  #after = 0;

  /** Lets `after` replies leave at once; from then on they wait `delayMs`, or are swallowed if it is undefined. */
  set(delayMs: number | undefined, after: number): void {
    this.#delayMs = delayMs;
    this.#after = after;
  }

  /** How long the next reply has to wait; undefined if it is never sent. */
  next(): number | undefined {
    if (this.#after === 0) return this.#delayMs;
    this.#after--;
    return 0;
  }
}
