import type { Clock, Timer } from '../clock.ts';
import { type BackoffLimits, backoffMs } from './backoff.ts';

export interface InquiryParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: BackoffLimits;
  /** Never rejects. */
  ask(): Promise<void>;
}

/** Asks a device that is said to be away whether it is, ever more seldom: the word that it is back may have been lost. */
export class Inquiry {
  readonly #parts: InquiryParts;
  #timer: Timer | undefined;
  #attempt = 0;
  #goesOn = true;

  constructor(parts: InquiryParts) {
    this.#parts = parts;
    this.#rest();
  }

  end(): void {
    this.#goesOn = false;
    this.#timer?.cancel();
  }

  #rest(): void {
    const { clock, limits, random } = this.#parts;
    this.#timer = clock.timer(backoffMs(this.#attempt++, limits, random()), () => void this.#ask());
  }

  async #ask(): Promise<void> {
    await this.#parts.ask();
    if (this.#goesOn) this.#rest();
  }
}
