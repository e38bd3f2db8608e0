import type { Clock } from '../clock.ts';

/** Counts what is under way, for whoever waits for its end. */
export class UnderWay {
  readonly #clock: Clock;
  #count = 0;
  /** Made for whoever waits. */
  #ended: PromiseWithResolvers<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): void {
    this.#count++;
  }

  /** Something that was begun has ended. */
  end(): void {
    this.#count--;
    this.#ended?.resolve();
    this.#ended = undefined;
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when something that is under way has ended. */
  get nextEnd(): Promise<void> {
    this.#ended ??= Promise.withResolvers();
    return this.#ended.promise;
  }

  /** Resolves when nothing is under way, or after `ms`. */
  async within(ms: number): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<boolean>();
    const timer = this.#clock.timer(ms, () => resolve(false));
    const goesOn = (): Promise<boolean> => Promise.race([tooLate, this.nextEnd.then(() => true)]);
    while (this.#count > 0 && (await goesOn()));
    timer.cancel();
  }
}
