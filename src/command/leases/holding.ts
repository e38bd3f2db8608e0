import type { Clock, Timer } from '../../clock.ts';
import type { Lease, LeaseFact } from './lease.ts';
import { isTokenOf } from './token.ts';

/** A lease that somebody holds. Its deadline is an instant of the monotonic clock, which nobody can set. */
export class Holding {
  readonly fact: LeaseFact;
  readonly #clock: Clock;
  readonly #deadline: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, fact: LeaseFact, leftMs: number) {
    this.#clock = clock;
    this.fact = fact;
    this.#deadline = clock.monotonic() + leftMs;
  }

  get leftMs(): number {
    return this.#deadline - this.#clock.monotonic();
  }

  /** The timer may be late: whoever asks looks at the clock. */
  get isOver(): boolean {
    return this.leftMs <= 0;
  }

  get lease(): Lease {
    const { holder, note, ttlMs, onExpiry, grantedAt, stolenFrom } = this.fact;
    const expiresAt = Math.round(this.#clock.now() + this.leftMs);
    return { holder, note, ttlMs, onExpiry, grantedAt, expiresAt, ...(stolenFrom === undefined ? {} : { stolenFrom }) };
  }

  isOpenedBy(token: string | undefined): token is string {
    return token !== undefined && isTokenOf(token, this.fact.tokenHash);
  }

  /** Calls `over` once its time is over, unless it is let go before. Timers may be early by a fraction. */
  watch(over: () => void): void {
    this.#timer = this.#clock.timer(Math.ceil(this.leftMs), () => (this.isOver ? over() : this.watch(over)));
  }

  letGo(): void {
    this.#timer?.cancel();
  }
}
