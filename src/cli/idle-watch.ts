import type { Clock, Timer } from '../clock.ts';

const lookMs = 1000;
/** So many looks in a row must find the process with little to do. */
const calmLooks = 5;
/** Of the time, which is more than polls and readings of a thousand devices take. */
const idleShare = 0.2;
/** As long as V8 takes to give back what there is, and a little more. */
const mostLooks = 15;
/** So many devices more have left something behind that is worth it. */
const someDevices = 100;

export interface IdleWatchParts {
  readonly clock: Clock;
  /** Which part of the time the process has been at work since this was asked last. */
  readonly busyShare: () => number;
  readonly deviceCount: () => number;
  /** Told when it changes. */
  readonly tell: (isIdle: boolean) => void;
}

/**
 * Finds the moment to give memory back: once after a start, and once after many devices have come, when the process has
 * little to do. Not whenever it has: a process whose memory is small is slow when the next burst of commands comes.
 */
export class IdleWatch {
  readonly #parts: IdleWatchParts;
  #isIdle = false;
  #calm = 0;
  /** Of devices when memory was given back last. */
  #knownDevices = -someDevices;
  #next: Timer;

  constructor(parts: IdleWatchParts) {
    this.#parts = parts;
    parts.busyShare();
    this.#next = this.#later();
  }

  end(): void {
    this.#next.cancel();
    this.#set(false);
  }

  #later(): Timer {
    return this.#parts.clock.timer(lookMs, () => {
      this.#look();
      this.#next = this.#later();
    });
  }

  #look(): void {
    const { busyShare, deviceCount } = this.#parts;
    this.#calm = busyShare() < idleShare ? this.#calm + 1 : 0;
    if (this.#isIdle) return this.#set(this.#calm > 0 && this.#calm < calmLooks + mostLooks);
    const count = deviceCount();
    if (this.#calm < calmLooks || count < this.#knownDevices + someDevices) return;
    this.#knownDevices = count;
    this.#calm = calmLooks;
    this.#set(true);
  }

  #set(isIdle: boolean): void {
    if (isIdle !== this.#isIdle) this.#parts.tell((this.#isIdle = isIdle));
  }
}
