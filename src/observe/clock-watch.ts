import type { Clock } from '../clock.ts';

/** Beyond this a wall clock was set; what time servers correct is less, ms. */
const leastJumpMs = 2000;
/** How long it is told, ms. */
const toldMs = 3_600_000;

/** Notices when the wall clock is set: the times on record before and after do not compare then. */
export class ClockWatch {
  readonly #clock: Clock;
  #before: { readonly now: number; readonly monotonic: number };
  #jump: { readonly byMs: number; readonly at: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#before = { now: clock.now(), monotonic: clock.monotonic() };
  }

  /** To be called now and then. */
  look(): void {
    const after = { now: this.#clock.now(), monotonic: this.#clock.monotonic() };
    const byMs = after.now - this.#before.now - (after.monotonic - this.#before.monotonic);
    if (Math.abs(byMs) >= leastJumpMs) this.#jump = { byMs, at: after.monotonic };
    this.#before = after;
  }

  /** What happened within the last hour, for a person. */
  get jump(): string | undefined {
    if (this.#jump === undefined || this.#clock.monotonic() - this.#jump.at > toldMs) return undefined;
    const seconds = Math.round(this.#jump.byMs / 1000);
    const minutes = Math.round((this.#clock.monotonic() - this.#jump.at) / 60_000);
    return `the clock of the machine jumped by ${seconds} s, ${minutes} min ago: times on record before and after do not compare`;
  }
}
