import { isDeepStrictEqual } from 'node:util';
import { type Context, type Message, payloadText, words } from '../../src/driver/index.ts';
import { AttributeTree } from './attributes.ts';
import type { Announced, HomieProperty } from './description.ts';
import { type Description, pathOf } from './specs.ts';
import { decode } from './values.ts';
import { Watch } from './watch.ts';

/** Where a device's topics begin. */
export interface Place {
  readonly base: string;
  readonly version: 4 | 5;
}

/** Attributes of Homie 4 come in a burst, one by one. */
const burstMs = 100;
const maxKept = 600;
const maxAlerts = 50;
/** The property that holds them. */
const alerts = 'alerts';

/** What a device tells: values, moments, alerts, and in Homie 4 what it is. */
export class Hearing {
  readonly #context: Context;
  readonly #described: () => void;
  readonly #attributes = new AttributeTree();
  readonly #alerts = new Map<string, string>();
  /** Values that came before it was known what they are, or whether they are of now; by their paths. */
  readonly #kept = new Map<string, Uint8Array>();
  readonly #watches = new Set<Watch>();
  #description: Description | undefined;
  #byPath = new Map<string, readonly [string, HomieProperty]>();
  /** The last values, by their names. */
  #told = new Map<string, unknown>();
  #returns = false;
  #announced: Announced | undefined;
  #timer: { cancel(): void } | undefined;
  /** No attribute has come for a burst. */
  #isQuiet = false;
  place: Place = { base: '', version: 5 };
  #isReady = false;

  constructor(context: Context, { described }: { described: () => void }) {
    this.#context = context;
    this.#described = described;
  }

  set description(description: Description) {
    const { states: before } = this.#description ?? {};
    const same = ([name]: [string, unknown]): boolean =>
      name !== alerts && isDeepStrictEqual(before?.get(name), description.states.get(name));
    this.#told = new Map([...this.#told].filter(same));
    this.#description = description;
    this.#byPath = new Map([...description.states].map((entry) => [pathOf(entry[1]), entry]));
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** What a ready device had told holds, also when it was not ready in between and does not tell it again. */
  set isReady(isReady: boolean) {
    this.#returns ||= isReady && !this.#isReady;
    this.#isReady = isReady;
  }

  /** What the attributes of Homie 4 say together. */
  announced(): Announced | undefined {
    return this.#announced;
  }

  end(): void {
    this.#timer?.cancel();
  }

  hear(message: Message): void {
    const { topic, payload, retained } = message;
    const path = topic.slice(this.place.base.length + 1);
    for (const watch of retained ? [] : this.#watches) watch.hear(message);
    if (path.startsWith('$alert/')) return this.#hearAlert(path.slice('$alert/'.length), payload);
    if (path.includes('$')) return this.#hearAttribute(path, payload);
    if (path.endsWith('/set')) return this.#hearCommand(topic, retained, payload);
    if (path.split('/').length === 2) this.#hearValue(path, payload, retained);
  }

  /** Reports what was kept until the device was known and ready. */
  tellKept(): void {
    if (this.#returns) for (const [name, value] of this.#told) if (name !== alerts) this.#context.report(name, value);
    if (this.#returns) this.#told.delete(alerts);
    this.#returns = false;
    const kept = [...this.#kept];
    this.#kept.clear();
    for (const [path, payload] of kept) this.#report(path, payload);
    if (!this.#told.has(alerts)) this.#tellAlerts();
  }

  /** Looks out for a live message; `ignore` ends it. */
  watch(fits: (message: Message) => boolean): Watch {
    const watch = new Watch(this.#context.clock, fits);
    this.#watches.add(watch);
    return watch;
  }

  ignore(watch: Watch): void {
    this.#watches.delete(watch);
  }

  #hearValue(path: string, payload: Uint8Array, retained: boolean): void {
    const moment = [...(this.#description?.moments ?? [])].find(([, property]) => pathOf(property) === path);
    if (moment !== undefined) return this.#happen(moment, payload, retained);
    if (this.isReady && this.#byPath.has(path)) return this.#report(path, payload);
    if (this.#kept.size < maxKept || this.#kept.has(path)) this.#kept.set(path, payload);
  }

  #happen([name, { type }]: readonly [string, HomieProperty], payload: Uint8Array, retained: boolean): void {
    // A moment that the broker has kept is over.
    if (retained) return;
    const value = decode(type, payload);
    if (value === undefined) this.#context.unmatched(`unreadable payload of ${name}`);
    else this.#context.emit(name, { value });
  }

  #report(path: string, payload: Uint8Array): void {
    const [name, property] = this.#byPath.get(path) ?? [];
    if (name === undefined || property === undefined) return;
    const value = decode(property.type, payload);
    if (value !== undefined) {
      this.#told.set(name, value);
      return this.#context.report(name, value);
    }
    const text = payloadText(payload)?.slice(0, 60);
    if (payload.length > 0) this.#context.unmatched(`unreadable payload of ${name}`);
    if (this.#told.delete(name))
      this.#context.lost(name, payload.length === 0 ? 'it tells no value' : `it tells ${text}`);
  }

  #hearAlert(id: string, payload: Uint8Array): void {
    if (payload.length === 0) this.#alerts.delete(id);
    else if (this.#alerts.size < maxAlerts || this.#alerts.has(id)) {
      this.#alerts.set(id.slice(0, 100), words(payloadText(payload)) ?? 'something that is no text');
    }
    if (this.isReady) this.#tellAlerts();
  }

  #tellAlerts(): void {
    this.#told.set(alerts, undefined);
    this.#context.report(alerts, Object.fromEntries(this.#alerts));
  }

  #hearAttribute(path: string, payload: Uint8Array): void {
    if (this.place.version === 5 || path.endsWith('$state') || path.includes('$target')) return;
    if (!this.#attributes.put(path, payload)) return;
    this.#isQuiet = false;
    this.#describeSoon();
  }

  #describeSoon(): void {
    this.#timer ??= this.#context.clock.timer(burstMs, () => {
      this.#timer = undefined;
      const announced = this.#attributes.announced(this.#isQuiet);
      // What is missing may be on its way.
      if (announced === undefined && !this.#isQuiet) {
        this.#isQuiet = true;
        return this.#describeSoon();
      }
      this.#announced = announced ?? this.#announced;
      this.#described();
    });
  }

  /** Its own commands come back in Homie 4; one that the broker keeps is obeyed whenever the device connects. */
  #hearCommand(topic: string, retained: boolean, payload: Uint8Array): void {
    if (retained && payload.length > 0) this.#context.unmatched(`retained command on ${topic}`);
  }
}
