import type { Clock, Message } from '../../src/driver/index.ts';

/** Looks out for one message from the moment it is made. */
export class Watch {
  readonly #clock: Clock;
  readonly #fits: (message: Message) => boolean;
  readonly #heard = Promise.withResolvers<boolean>();

  constructor(clock: Clock, fits: (message: Message) => boolean) {
    this.#clock = clock;
    this.#fits = fits;
  }

  hear(message: Message): void {
    if (this.#fits(message)) this.#heard.resolve(true);
  }

  /** Whether it has come, or comes within so many milliseconds. */
  async within(ms: number, signal: AbortSignal): Promise<boolean> {
    const giveUp = (): void => this.#heard.resolve(false);
    // What has been read by then is heard first.
    const timer = this.#clock.timer(ms, () => void this.#clock.ioTurn().then(giveUp));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    const heard = await this.#heard.promise;
    signal.removeEventListener('abort', giveUp);
    timer.cancel();
    return heard;
  }
}
