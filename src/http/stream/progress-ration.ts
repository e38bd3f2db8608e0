import type { Clock } from '../../clock.ts';

/** Shortest time between two signs of progress of one command; its end is told in any case. */
const pauseMs = 100;

/** Drivers tell how far a command is as often as they like; people look a few times a second. */
export class ProgressRation {
  readonly #clock: Clock;
  readonly #last = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(command: string): boolean {
    const now = this.#clock.monotonic();
    if (now - (this.#last.get(command) ?? -Infinity) < pauseMs) return false;
    this.#last.set(command, now);
    return true;
  }

  forget(command: string): void {
    this.#last.delete(command);
  }
}
