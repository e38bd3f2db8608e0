import { BellcrankError } from '../errors.ts';
import type { Context } from './contract.ts';

/**
 * What a device on a broker says of its own presence: its last will, an availability topic, or that it speaks. The
 * runtime is told of changes only, since `available` said twice means that the device has started afresh.
 */
export class Presence {
  readonly #context: Pick<Context, 'availability'>;
  #here: boolean | undefined;
  #detail = '';
  #starts = 0;

  constructor(context: Pick<Context, 'availability'>) {
    this.#context = context;
  }

  /** Undefined until somebody tells. */
  get here(): boolean | undefined {
    return this.#here;
  }

  /** How often it went or started afresh: what it was told before may have been lost. */
  get starts(): number {
    return this.#starts;
  }

  away(detail: string): void {
    if (this.#here !== false) this.#starts++;
    const changed = this.#here !== false || this.#detail !== detail;
    this.#here = false;
    this.#detail = detail;
    if (changed) this.#context.availability(false, detail);
  }

  /** It answers, or says that it is there. */
  back(detail: string): void {
    const changed = this.#here !== true;
    this.#here = true;
    this.#detail = detail;
    if (changed) this.#context.availability(true, detail);
  }

  /** It says that it has just started, so what it was told before may be gone. */
  restarted(detail: string): void {
    this.#starts++;
    this.#here = true;
    this.#detail = detail;
    this.#context.availability(true, detail);
  }

  /** For commands and reads; not for a stop, which goes to a device that may be on its way back. */
  refuseIfAway(): void {
    if (this.#here !== false) return;
    throw new BellcrankError('device-offline', `${this.#detail}; nothing was sent`);
  }
}
