import { type Context, type Message, payloadText, Presence, settledWithin } from '../../src/driver/index.ts';
import { isComponentType } from './announcement.ts';
import type { Component } from './component.ts';
import type { ComponentType } from './options.ts';
import type { Shape } from './inventory.ts';
import { lightFieldsIn } from './light.ts';

const maxPayloadBytes = 8192;
/** Topics whose last messages are kept. */
const maxTopics = 1000;

export interface HearingParts {
  readonly context: Context;
  readonly prefix: string;
  readonly shape: () => Shape | undefined;
  /** A component, as its state topics tell it. */
  learn(component: Component): void;
}

/** What the device tells: whether it is there, and the states of its components. */
export class Hearing {
  readonly presence: Presence;
  readonly #parts: HearingParts;
  readonly #statusTold = Promise.withResolvers<void>();
  /** The last message of each state topic. The device keeps them with the broker, so they hold while it is there. */
  readonly #last = new Map<string, string>();
  /** When it came live, monotonic ms; of what was kept nobody knows. */
  readonly #toldAt = new Map<string, number>();
  readonly #expiring = new Map<string, ReturnType<Context['clock']['timer']>>();

  constructor(parts: HearingParts) {
    this.#parts = parts;
    this.presence = new Presence(parts.context);
    const end = (): void => this.#expiring.forEach((timer) => timer.cancel());
    parts.context.signal.addEventListener('abort', end, { once: true });
  }

  /** Whether any state is known of it. */
  get knowsStates(): boolean {
    return this.#last.size > 0;
  }

  /** What was told last on a topic below the device's prefix. */
  last(below: string): string | undefined {
    return this.#last.get(below);
  }

  /** The topic below the device's prefix; undefined for others. */
  below(topic: string): string | undefined {
    const { prefix } = this.#parts;
    return topic.startsWith(`${prefix}/`) ? topic.slice(prefix.length + 1) : undefined;
  }

  /** Resolves once its status was told, or after `ms` without one. */
  async untilStatus(ms: number, gone: Promise<unknown>): Promise<void> {
    await settledWithin(ms, this.#parts.context, gone, this.#statusTold.promise);
  }

  hear({ topic, payload, retained }: Message): void {
    const below = this.below(topic) ?? '';
    const text = payloadText(payload, maxPayloadBytes);
    if (text === undefined) return this.#parts.context.unmatched(`unreadable payload on ${topic}`);
    if (below === 'status') return this.#hearStatus(text, retained);
    const [type = '', id = '', ...rest] = below.split('/');
    if (!isComponentType(type) || id.length > 100) return;
    if (!retained && this.presence.here === false) this.presence.back(`the device published ${topic}`);
    if (text === '') return;
    if (!this.#last.has(below) && this.#last.size >= maxTopics) return;
    this.#last.set(below, text);
    if (!retained) this.#toldAt.set(below, this.#parts.context.clock.monotonic());
    this.#parts.learn({ type, id, has: type === 'light' ? lightFieldsIn(text) : topicsIn(type, rest) });
    this.#report(below);
  }

  /** After it was described anew, or came back: what is known is told again. */
  reportAll(): void {
    for (const below of this.#last.keys()) this.#report(below);
  }

  #hearStatus(text: string, retained: boolean): void {
    // What it has then it tells as soon as it is connected (`schedule_resend_state`).
    if (!retained && (text === 'offline' || text === 'online')) this.#forget();
    if (text === 'offline') this.presence.away("the device's status is offline");
    else if (text !== 'online') return;
    else if (retained) this.presence.back('the status of the device is online');
    else this.presence.restarted('the device says online');
    this.#statusTold.resolve();
  }

  #forget(): void {
    this.#last.clear();
    this.#toldAt.clear();
  }

  #report(below: string): void {
    const { context, shape } = this.#parts;
    const text = this.#last.get(below);
    if (text === undefined || this.presence.here !== true) return;
    for (const { name, told, expireAfterMs } of shape()?.byTopic.get(below) ?? []) {
      const value = told(text);
      if (expireAfterMs !== undefined && !this.#holds(below, expireAfterMs)) {
        context.lost(name, `nothing was told for ${expireAfterMs / 1000} s (expire_after)`);
      } else if (value === null) context.lost(name, 'the device tells no value');
      else if (value !== undefined) context.report(name, value);
    }
  }

  /** Whether it was told within that time; then it is looked at again when that is over. */
  #holds(below: string, ms: number): boolean {
    const { clock } = this.#parts.context;
    const toldAt = this.#toldAt.get(below) ?? -Infinity;
    const leftMs = toldAt + ms - clock.monotonic();
    this.#expiring.get(below)?.cancel();
    if (leftMs > 0)
      this.#expiring.set(
        below,
        clock.timer(leftMs, () => this.#expire(below, toldAt)),
      );
    else this.#expiring.delete(below);
    return leftMs > 0;
  }

  /** By its timer and not by the clock: a timer may be early, and nothing is told once more. */
  #expire(below: string, toldAt: number): void {
    if (this.#toldAt.get(below) !== toldAt) return;
    this.#toldAt.delete(below);
    this.#report(below);
  }
}

/** Which of its further topics this is; of a cover its plain state is one that not all have. */
function topicsIn(type: ComponentType, [sub = '', ...rest]: readonly string[]): string[] {
  if (rest.length > 0) return [sub];
  return type === 'cover' ? ['state'] : [];
}
