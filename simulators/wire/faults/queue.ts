import type { Held, Holding } from './holding.ts';
import type { Sized } from './stage.ts';

interface Waiting<F> {
  readonly frame: F;
  readonly held: Held;
}

/** Frames that wait, none of which overtakes another. */
export class Queue<F extends Sized> {
  readonly #holding: Holding;
  readonly #pass: (frame: F) => void;
  #waiting: Waiting<F>[] = [];
  #lastDue = 0;

  constructor(holding: Holding, pass: (frame: F) => void) {
    this.#holding = holding;
    this.#pass = pass;
  }

  /** When the last one goes on; now if none waits. */
  get lastDue(): number {
    return this.#waiting.length === 0 ? this.#holding.now() : this.#lastDue;
  }

  /** At that instant, or behind those that wait for longer. */
  at(due: number, frame: F): void {
    const now = this.#holding.now();
    this.#lastDue = Math.max(due, this.lastDue);
    if (this.#waiting.length === 0 && this.#lastDue <= now) return this.#pass(frame);
    const held = this.#holding.hold(frame.length, () => this.#upTo(waiting), this.#lastDue - now);
    const waiting: Waiting<F> = { frame, held };
    this.#waiting.push(waiting);
  }

  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { frame, held } of waiting) if (held.take()) this.#pass(frame);
  }

  /** Timers that are due at almost the same time may fire in any order. */
  #upTo(last: Waiting<F>): void {
    const due = this.#waiting.splice(0, this.#waiting.indexOf(last) + 1);
    for (const one of due) if (one === last || one.held.take()) this.#pass(one.frame);
  }
}
