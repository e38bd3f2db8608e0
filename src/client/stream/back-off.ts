/** The shortest, whatever a service says, in ms: one that says 0 is not asked without pause. */
const minMs = 100;
/** The longest pause between two attempts, in ms. */
const maxMs = 10_000;
/** The longest that a service may ask for, in ms. */
const maxAskedMs = 60_000;

/** How long to wait before each attempt to connect again: longer each time, and never for all clients alike. */
export class BackOff {
  readonly #random: () => number;
  #failures = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** It works: the next pause is the shortest. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Ms, from `firstMs` on; no shorter than what the service asked for. */
  next(firstMs: number, askedMs = 0): number {
    const ms = Math.min(Math.max(firstMs, minMs) * 2 ** Math.min(this.#failures, 16), maxMs);
    this.#failures += 1;
    const spread = ms * (0.5 + this.#random() / 2);
    return Math.max(Math.round(spread), Math.min(askedMs, maxAskedMs));
  }
}
