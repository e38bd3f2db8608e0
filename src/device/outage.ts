import type { Clock, Timer } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';

export interface OutageParts {
  readonly clock: Clock;
  readonly log: Log;
  /** What names the connection in the log, and tells whom its outage concerns. */
  readonly fields: () => object;
  /** A connection that lived this long counts as being back. */
  readonly stableMs: number;
}

/** Tells of one connection's outages: each once, however many attempts it takes, and its end once that holds. */
export class Outage {
  readonly #parts: OutageParts;
  #isDown = false;
  #back: Timer | undefined;

  constructor(parts: OutageParts) {
    this.#parts = parts;
  }

  opened(): void {
    const { clock, log, fields, stableMs } = this.#parts;
    if (!this.#isDown) return log.info(fields(), 'connection open');
    log.debug(fields(), 'connection open again');
    this.#back = clock.timer(stableMs, () => {
      this.#isDown = false;
      log.info(fields(), 'connection back');
    });
  }

  closed(): void {
    this.#back?.cancel();
  }

  /** `cause` undefined: whoever has to know has been told otherwise. */
  failed(cause: Error | undefined): void {
    this.closed();
    const { log, fields } = this.#parts;
    if (!this.#isDown && cause !== undefined) {
      log.warn({ ...fields(), error: messageOf(cause) }, 'connection down; retrying');
    }
    this.#isDown = true;
  }
}
