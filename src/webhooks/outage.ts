import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';

export interface OutageParts {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** How deliveries to one receiver went, and the lines that say so: one when it fails, one when it works again. */
export class Outage {
  readonly #parts: OutageParts;
  #since: number | undefined;
  #isOverflowTold = false;
  lastSuccessAt: number | undefined;
  lastFailureAt: number | undefined;
  lastError: string | undefined;

  constructor(parts: OutageParts) {
    this.#parts = parts;
  }

  failed(why: string, waiting: number): void {
    const { name, clock, log } = this.#parts;
    this.lastFailureAt = clock.now();
    this.lastError = why;
    if (this.#since !== undefined) return;
    this.#since = clock.monotonic();
    log.warn({ webhook: name, error: why, waiting }, 'a webhook cannot be delivered; it is tried again until it can');
  }

  succeeded(waiting: number): void {
    const { name, clock, log } = this.#parts;
    this.lastSuccessAt = clock.now();
    if (this.#since === undefined) return;
    const afterMs = Math.round(clock.monotonic() - this.#since);
    this.#since = undefined;
    this.#isOverflowTold = false;
    log.info({ webhook: name, afterMs, waiting }, 'a webhook is delivered again');
  }

  /** Once in each outage. */
  overflowed(): void {
    if (this.#isOverflowTold) return;
    this.#isOverflowTold = true;
    this.#parts.log.warn({ webhook: this.#parts.name }, 'too many events wait for a webhook; the oldest are dropped');
  }

  gaveUp(why: string): void {
    this.#parts.log.warn(
      { webhook: this.#parts.name, error: why },
      'a webhook refused an event too often; it is dropped',
    );
  }

  gone(dropped: number): void {
    const { name, clock, log } = this.#parts;
    this.lastFailureAt = clock.now();
    this.lastError = 'it answered 410: it is gone';
    const text = 'a webhook is gone (410), and is told nothing until the service is started again';
    log.error({ webhook: name, dropped }, text);
  }
}
