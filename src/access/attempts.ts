import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import { networkOf } from './network.ts';

const windowMs = 60_000;
/** Failures that one address has in a minute before it is told to wait. */
export const maxFailures = 20;
/** Addresses that are counted at a time. */
const maxAddresses = 10_000;

interface Count {
  readonly since: number;
  failures: number;
}

/**
 * Counts failures to sign in. It turns away nothing but failures: who has the right key is let in whatever others at the
 * same address tried, or a stranger behind the same proxy could keep somebody from Stop.
 */
export class Attempts {
  readonly #clock: Clock;
  readonly #observe: (from: string, detail: string) => void;
  readonly #counts = new Map<string, Count>();

  /** `observe` is told of the first failure of each address in a minute, and of the one that is too many. */
  constructor(clock: Clock, observe: (from: string, detail: string) => void = () => {}) {
    this.#clock = clock;
    this.#observe = observe;
  }

  /** What to answer: the error, or that there were too many of them. */
  failed(from: string | undefined, error: BellcrankError): BellcrankError {
    if (from === undefined) return error;
    const now = this.#clock.monotonic();
    const count = this.#countOf(networkOf(from), now);
    count.failures++;
    if (count.failures === 1) this.#observe(from, error.message);
    if (count.failures <= maxFailures) return error;
    if (count.failures === maxFailures + 1)
      this.#observe(from, 'too many failures; further ones are answered with 429');
    const text = `${error.message} (${maxFailures} attempts a minute may fail; wait, or sign in with a key that works)`;
    return new BellcrankError('rate-limited', text, { retryAfterMs: count.since + windowMs - now });
  }

  #countOf(address: string, now: number): Count {
    const known = this.#counts.get(address);
    if (known !== undefined && now - known.since < windowMs) return known;
    const count = { since: now, failures: 0 };
    // Set anew, so that the first is always the oldest.
    this.#counts.delete(address);
    this.#counts.set(address, count);
    const [oldest = address] = this.#counts.keys();
    if (this.#counts.size > maxAddresses) this.#counts.delete(oldest);
    return count;
  }
}
