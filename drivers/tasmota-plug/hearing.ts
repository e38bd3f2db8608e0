import type { Message, TypedContext } from '../../src/driver/index.ts';
import { decode, lastWill, meterProperties, type Told, type Topics } from './codec.ts';
import type { tasmotaPlugModel } from './model.ts';

type PlugContext = TypedContext<typeof tasmotaPlugModel>;

/** What the plug tells without being asked, or in passing: its presence, its state, its meter. */
export class Hearing {
  readonly #context: PlugContext;
  readonly #topics: Topics;
  readonly #relay: number | undefined;
  readonly #willTold = Promise.withResolvers<void>();
  /** Undefined until the plug or its last will tells. */
  #present: boolean | undefined;
  #saysOffline = false;
  #on: boolean | undefined;
  #mayBeOurs = false;

  constructor(context: PlugContext, topics: Topics, relay: number | undefined) {
    this.#context = context;
    this.#topics = topics;
    this.#relay = relay;
  }

  /** Whether the last will says Offline, and nothing came from the plug since. */
  get saysOffline(): boolean {
    return this.#saysOffline;
  }

  /** Resolves once a last will was told, or after `ms` without one. */
  async untilLastWill(ms: number, gone: Promise<unknown>): Promise<void> {
    const { clock, signal } = this.#context;
    const { promise, resolve } = this.#willTold;
    const giveUp = (): void => resolve();
    const timer = clock.timer(ms, giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    void gone.then(giveUp);
    await promise;
    timer.cancel();
    signal.removeEventListener('abort', giveUp);
  }

  hear({ topic, payload, retained }: Message): void {
    const name = this.#topics.nameOf(topic) ?? '';
    if (name === 'tele/LWT') return this.#hearLastWill(lastWill(payload), retained);
    // A retained state tells the past, and a plug that is gone does not correct it.
    if (retained) return;
    if (this.#present === false) this.#returned(`the plug published ${topic}`);
    const told = decode(name, payload, this.#relay);
    if (told === 'malformed') return this.#context.unmatched(`unreadable payload on ${topic}`);
    this.#report(told);
  }

  presence(present: boolean, detail: string): void {
    this.#present = present;
    this.#context.availability(present, detail);
  }

  /** While it runs, and after it failed until the plug is in step again, a change of state may be its doing. */
  async explain<T>(run: () => Promise<T>): Promise<T> {
    this.#mayBeOurs = true;
    const result = await run();
    this.inStep();
    return result;
  }

  inStep(): void {
    this.#mayBeOurs = false;
  }

  #hearLastWill(online: boolean | undefined, retained: boolean): void {
    if (online === undefined) return;
    if (!online) {
      this.#saysOffline = true;
      this.#on = undefined;
      this.presence(false, "the plug's last will says Offline");
    } else if (!retained) this.#returned('the plug says Online');
    // A retained Online is as old as its connection; whether it still holds shows when the plug is asked.
    this.#willTold.resolve();
  }

  #returned(detail: string): void {
    this.#saysOffline = false;
    this.presence(true, detail);
  }

  #report({ on, metered = {} }: Told): void {
    for (const property of meterProperties) {
      const value = metered[property];
      if (value !== undefined) this.#context.report(property, value);
    }
    if (on === undefined) return;
    const elsewhere = this.#on !== undefined && this.#on !== on && !this.#mayBeOurs;
    this.#on = on;
    this.#context.report('power', on);
    if (elsewhere) this.#context.emit('power-changed', { on });
  }
}
