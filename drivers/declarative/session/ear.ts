import { BellcrankError, type Clock } from '../../../src/driver/index.ts';

/** Frames kept for an exchange that only listens; a device that says more is not being listened to. */
const maxKept = 16;

/**
 * Hears what a device says without being asked, for exchanges that send nothing. It listens from the message before on,
 * since the two may arrive together, until it is closed.
 */
export class Ear {
  readonly #clock: Clock;
  readonly #label: string;
  readonly #onClose: () => void;
  #kept: Uint8Array[] = [];
  #hear: ((frame: Uint8Array) => void) | undefined;

  constructor(clock: Clock, label: string, onClose: () => void) {
    this.#clock = clock;
    this.#label = label;
    this.#onClose = onClose;
  }

  forget(): void {
    this.#kept = [];
  }

  close(): void {
    this.#onClose();
  }

  /** False if it has kept as much as it can. */
  take(frame: Uint8Array): boolean {
    const hear = this.#hear;
    // Whoever waits goes on only when all that came together has been handed out: it hears one frame of it.
    this.#hear = undefined;
    if (hear !== undefined) hear(frame);
    else if (this.#kept.length < maxKept) this.#kept.push(frame);
    else return false;
    return true;
  }

  /** The next frame. Rejects with `device-timeout`, and with the signal's reason. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    return this.#kept.shift() ?? (await this.#await(timeoutMs, signal));
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
