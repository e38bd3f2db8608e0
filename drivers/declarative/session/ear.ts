import { BellcrankError, type Clock } from '../../../src/driver/index.ts';

/** Frames kept for an exchange that only listens; a device that says more is not being listened to. */
const maxKept = 16;

/**
 * Hears what a device says without being asked, for exchanges that send nothing. It listens from the message before on:
 * the two may arrive together.
 */
export class Ear {
  readonly #clock: Clock;
  readonly #label: string;
  #kept: Uint8Array[] | undefined;
  #hear: ((frame: Uint8Array) => void) | undefined;

  constructor(clock: Clock, label: string) {
    this.#clock = clock;
    this.#label = label;
  }

  open(): void {
    this.#kept ??= [];
  }

  forget(): void {
    if (this.#kept !== undefined) this.#kept = [];
  }

  close(): void {
    this.#kept = undefined;
    this.#hear = undefined;
  }

  /** False if nobody listens. */
  take(frame: Uint8Array): boolean {
    if (this.#hear !== undefined) {
      this.#hear(frame);
      return true;
    }
    if (this.#kept === undefined || this.#kept.length >= maxKept) return false;
    this.#kept.push(frame);
    return true;
  }

  /** The next frame. Rejects with `device-timeout`, and with the signal's reason. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    return this.#kept?.shift() ?? (await this.#await(timeoutMs, signal));
  }

  #await(timeoutMs: number, signal: AbortSignal): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const silent = (): void => {
      const message = `${this.#label} said nothing within ${timeoutMs} ms`;
      // Node runs timers before I/O: it may have been said already.
      void this.#clock.ioTurn().then(() => reject(new BellcrankError('device-timeout', message)));
    };
    const timer = this.#clock.timer(timeoutMs, silent);
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#hear = resolve;
    return promise.finally(() => {
      this.#hear = undefined;
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    });
  }
}
