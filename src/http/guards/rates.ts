import type { Clock } from '../../clock.ts';

/** How many clients, or devices, are told apart at once; beyond that whoever was heard of least recently is forgotten. */
const maxKnown = 10_000;

export interface Allowance {
  readonly isAllowed: boolean;
  /** Whole requests that are left now. */
  readonly remaining: number;
  /** How long until there is one more, or all of them, in ms. */
  readonly nextMs: number;
  readonly fullMs: number;
}

/**
 * So many requests a second for each key, twice as many at once: a bucket that leaks (RFC 2697 has the like). Who was
 * forgotten begins anew, with all.
 */
export class Rates {
  /** What the policy is called in the headers. */
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
  readonly #clock: Clock;
  /** When each is full again; who was heard last comes last. */
  readonly #fullAt = new Map<string, number>();
  #last: string | undefined;

  constructor(name: string, perSecond: number, clock: Clock) {
    this.name = name;
    this.perSecond = perSecond;
    this.burst = 2 * perSecond;
    this.#clock = clock;
  }

  get known(): number {
    return this.#fullAt.size;
  }

  take(key: string): Allowance {
    const now = this.#clock.monotonic();
    const eachMs = 1000 / this.perSecond;
    const owed = Math.max(0, (this.#fullAt.get(key) ?? 0) - now);
    const isAllowed = owed + eachMs <= this.burst * eachMs + 1e-6;
    const fullMs = isAllowed ? owed + eachMs : owed;
    this.#remember(key, now + fullMs);
    const remaining = Math.max(0, Math.floor(this.burst - fullMs * (this.perSecond / 1000) + 1e-6));
    return { isAllowed, remaining, nextMs: Math.max(0, fullMs - (this.burst - 1) * eachMs), fullMs };
  }

  #remember(key: string, fullAt: number): void {
    // Taken out first, so that it comes last; a map that one key goes in and out of is made anew again and again.
    if (key !== this.#last) this.#fullAt.delete(key);
    this.#last = key;
    this.#fullAt.set(key, fullAt);
    if (this.#fullAt.size <= maxKnown) return;
    const [oldest] = this.#fullAt.keys();
    if (oldest !== undefined) this.#fullAt.delete(oldest);
  }
}
