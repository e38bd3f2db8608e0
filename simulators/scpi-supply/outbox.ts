import type { Clock, Timer } from '../../src/clock.ts';

interface Held {
  readonly text: string;
  readonly due: number;
}

/** Replies on their way out, each held back for its time, never overtaking one another. */
export class Outbox {
  readonly #clock: Clock;
  readonly #write: (text: string) => void;
  #held: Held[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, write: (text: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  send(text: string, delayMs: number): void {
    if (delayMs === 0 && this.#held.length === 0) return this.#write(text);
    this.#held.push({ text, due: this.#clock.monotonic() + delayMs });
    if (this.#held.length === 1) this.#arm();
  }

  /** Forgets what is held back. */
  close(): void {
    this.#timer?.cancel();
    this.#held = [];
  }

  #arm(): void {
    const [next] = this.#held;
    if (next === undefined) return;
    this.#timer = this.#clock.timer(Math.max(0, next.due - this.#clock.monotonic()), () => {
      this.#held.shift();
      this.#write(next.text);
      this.#arm();
    });
  }
}
