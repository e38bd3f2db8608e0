import type { Clock, Timer } from '../src/clock.ts';

/** A timer of the simulator's, due at an instant of its own time. */
interface Pending {
  readonly at: number;
  readonly fire: () => void;
  under: Timer | undefined;
}

/** Time as a simulator sees it: as fast as it is told, or standing still. The clock beneath it goes on as ever. */
export class SimulatorClock implements Clock {
  readonly #under: Clock;
  readonly #epoch: number;
  readonly #pending = new Set<Pending>();
  #speed = 1;
  #paused = false;
  /** Own time at an instant of the clock beneath; it goes on from there. */
  #own = 0;
  #since: number;

  constructor(under: Clock) {
    this.#under = under;
    this.#epoch = under.now();
    this.#since = under.monotonic();
  }

  get speed(): number {
    return this.#speed;
  }
  get paused(): boolean {
    return this.#paused;
  }

  /** Its own time since it began, in ms. */
  get elapsedMs(): number {
    return this.monotonic();
  }

  /** Whole milliseconds, as the system's clock tells them. */
  now(): number {
    return Math.floor(this.#epoch + this.monotonic());
  }

  monotonic(): number {
    return this.#own + (this.#under.monotonic() - this.#since) * this.#rate;
  }

  timer(ms: number, fire: () => void): Timer {
    const pending: Pending = { at: this.monotonic() + Math.max(0, ms), fire, under: undefined };
    this.#pending.add(pending);
    this.#arm(pending);
    return { cancel: () => this.#drop(pending) };
  }

  ioTurn(): Promise<void> {
    return this.#under.ioTurn();
  }

  /** `speed` is within `speedLimits`; what is left out stays as it is. */
  set({ speed = this.#speed, paused = this.#paused }: { speed?: number; paused?: boolean }): void {
    this.#own = this.monotonic();
    this.#since = this.#under.monotonic();
    this.#speed = speed;
    this.#paused = paused;
    for (const pending of this.#pending) {
      pending.under?.cancel();
      this.#arm(pending);
    }
  }

  get #rate(): number {
    return this.#paused ? 0 : this.#speed;
  }

  #arm(pending: Pending): void {
    pending.under = undefined;
    if (this.#paused) return;
    const ms = Math.max(0, pending.at - this.monotonic()) / this.#speed;
    pending.under = this.#under.timer(ms, () => {
      this.#pending.delete(pending);
      pending.fire();
    });
  }

  #drop(pending: Pending): void {
    this.#pending.delete(pending);
    pending.under?.cancel();
  }
}
