import type { Clock } from '../clock.ts';

interface Window {
  begun: number;
  written: number;
  left: number;
}

/** What each source may write in a second; the rest is counted. Sources can talk faster than disks. */
export class Ration {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #windows = new Map<unknown, Window>();

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** Whether one more may be written; `onLeft` hears how many were not, once a second has passed. */
  take(source: unknown, onLeft: (count: number) => void): boolean {
    const now = this.#clock.monotonic();
    const window = this.#windows.get(source) ?? { begun: now, written: 0, left: 0 };
    this.#windows.set(source, window);
    if (now - window.begun >= 1000) {
      if (window.left > 0) onLeft(window.left);
      Object.assign(window, { begun: now, written: 0, left: 0 });
    }
    if (window.written < this.#perSecond) return ++window.written > 0;
    window.left++;
    return false;
  }
}
