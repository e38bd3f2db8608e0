import type { Clock, Timer } from '../clock.ts';
import type { Log } from '../driver/contract.ts';

export type RequestLogging = 'off' | 'errors' | 'all';

/** A request that was answered. */
export interface Answered {
  readonly method: string;
  /** Its pattern, which says nothing of who or what. */
  readonly route: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly by: string;
  readonly from: string;
  readonly device?: string;
  readonly simulated?: true;
}

/** What waits to be written; who asks faster than that is written of in part. */
const maxWaiting = 2000;
const everyMs = 100;

/** A line for each request that is asked for, written when the answer has long gone. */
export class RequestLog {
  readonly which: RequestLogging;
  readonly #log: Log;
  readonly #clock: Clock;
  #waiting: Answered[] = [];
  #left = 0;
  #timer: Timer | undefined;

  constructor(which: RequestLogging, log: Log, clock: Clock) {
    this.which = which;
    this.#log = log;
    this.#clock = clock;
  }

  wants(status: number): boolean {
    return this.which === 'all' || (this.which === 'errors' && status >= 400);
  }

  take(answered: Answered): void {
    if (this.#waiting.length >= maxWaiting) this.#left++;
    else this.#waiting.push(answered);
    this.#timer ??= this.#clock.timer(everyMs, () => this.flush());
  }

  /** Writes what waits. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [waiting, left] = [this.#waiting, this.#left];
    this.#waiting = [];
    this.#left = 0;
    for (const answered of waiting) this.#write(answered);
    if (left > 0) this.#log.warn({ count: left }, 'more requests than were logged');
  }

  #write(answered: Answered): void {
    if (answered.status >= 500) this.#log.warn(answered, 'request');
    else this.#log.info(answered, 'request');
  }
}
