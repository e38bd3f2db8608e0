import { type Context, type Message, Presence, settledWithin } from '../../src/driver/index.ts';
import { type Document, documentOf, firmwareWords, lastWill, type Words } from './document.ts';
import type { Shape } from './inventory.ts';
import { relayState } from './relay.ts';
import type { Topics } from './topics.ts';

export interface HearingParts {
  readonly context: Context;
  readonly topics: () => Topics;
  readonly shape: () => Shape;
  /** A document of the device's own, live, before it is reported. */
  learn(document: Document): void;
}

/** What the device tells without being asked, or in passing: its presence, its state, its sensors. */
export class Hearing {
  readonly presence: Presence;
  words: Words = firmwareWords;
  readonly #parts: HearingParts;
  readonly #willTold = Promise.withResolvers<void>();
  readonly #on = new Map<number, boolean>();
  #underWay = 0;
  #inDoubt = false;

  constructor(parts: HearingParts) {
    this.#parts = parts;
    this.presence = new Presence(parts.context);
  }

  /** Resolves once a last will was told, or after `ms` without one. */
  async untilLastWill(ms: number, gone: Promise<unknown>): Promise<void> {
    await settledWithin(ms, this.#parts.context, gone, this.#willTold.promise);
  }

  hear({ topic, payload, retained }: Message): void {
    const { context, topics } = this.#parts;
    const name = topics().nameOf(topic) ?? '';
    if (name === 'tele/LWT') return this.#hearLastWill(lastWill(payload, this.words), retained);
    // A retained state tells the past, and a device that is gone does not correct it.
    if (retained) return context.unmatched(`retained message on ${topic}`);
    if (this.presence.here === false) this.presence.back(`the device published ${topic}`);
    const document = documentOf(name, payload, this.words);
    if (document === 'malformed') return context.unmatched(`unreadable payload on ${topic}`);
    if (document === undefined) return;
    this.#parts.learn(document);
    this.#report(document);
  }

  /** While it runs, and after it failed until the device is in step again, a change of state may be its doing. */
  async explain<T>(run: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await run();
    } catch (error) {
      this.#inDoubt = true;
      throw error;
    } finally {
      this.#underWay--;
    }
  }

  inStep(): void {
    this.#inDoubt = false;
  }

  #hearLastWill(online: boolean | undefined, retained: boolean): void {
    if (online === undefined) return;
    if (!online) {
      this.#on.clear();
      this.presence.away("the device's last will says Offline");
    } else if (!retained) this.presence.restarted('the device says Online');
    // A retained Online is as old as its connection; whether it still holds shows when the device is asked.
    this.#willTold.resolve();
  }

  #report({ fields }: Document): void {
    const { context, shape } = this.#parts;
    const { features, description } = shape();
    for (const { name, told } of features) {
      const value = told(fields, this.words);
      if (value === null) context.lost(name, 'the device tells no value');
      else if (value !== undefined) context.report(name, value);
    }
    for (const relay of description.relays) this.#relay(relay, relayState(fields, relay, this.words));
  }

  #relay(relay: number, on: boolean | undefined): void {
    if (on === undefined) return;
    const before = this.#on.get(relay);
    this.#on.set(relay, on);
    if (before === undefined || before === on || this.#underWay > 0 || this.#inDoubt) return;
    const several = this.#parts.shape().description.relays.length > 1;
    this.#parts.context.emit('power-changed', several ? { on, relay } : { on });
  }
}
