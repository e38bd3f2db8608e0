import {
  type Context,
  type Fields,
  fieldOf,
  isFields,
  type Message,
  payloadFields,
  Presence,
} from '../../src/driver/index.ts';
import { type Happening, notificationOf, onlineOf } from './codec.ts';
import { type Component, componentsOf, propertyOf, tells, valueAt } from './describe.ts';

/** Events after which a device may have other components, or components other fields. */
const redescribing = new Set(['config_changed', 'component_added', 'component_removed']);

/** What the device tells without being asked: whether it is there, what it has become, what happens to it. */
export class Hearing {
  readonly presence: Presence;
  readonly #context: Context;
  readonly #online = Promise.withResolvers<void>();
  #components: ReadonlyMap<string, Component> = new Map();
  #saysOnline: boolean | undefined;
  /** What it told of its components that it does not tell when it is asked; each is reason to ask once. */
  readonly #news = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
    this.presence = new Presence(context);
  }

  /** What its last will or itself said last; undefined before. */
  get saysOnline(): boolean | undefined {
    return this.#saysOnline;
  }

  know(components: readonly Component[]): void {
    this.#components = new Map(components.map((component) => [component.key, component]));
    for (const { key, fields } of components) for (const { path } of fields) this.#news.delete(`${key} ${path}`);
  }

  /** Resolves once it, or the broker for it, has said whether it is online; after `ms` without a word. */
  async untilOnlineIsTold(ms: number, gone: Promise<unknown>): Promise<void> {
    const { clock, signal } = this.#context;
    const giveUp = (): void => this.#online.resolve();
    // What has been read by then is heard first.
    const timer = clock.timer(ms, () => void clock.ioTurn().then(giveUp));
    signal.addEventListener('abort', giveUp, { once: true });
    void gone.then(giveUp);
    await this.#online.promise;
    timer.cancel();
    signal.removeEventListener('abort', giveUp);
  }

  hearOnline({ payload, retained }: Message): void {
    const online = onlineOf(payload);
    if (online === undefined) {
      if (payload.length > 0) this.#context.unmatched('unreadable payload on its online topic');
      return;
    }
    this.#saysOnline = online;
    if (!online) this.presence.away('the device is offline: its last will says so');
    // What was kept is as old as its connection; whether it still holds shows when the device is asked.
    else if (!retained) this.presence.restarted('the device says that it is online');
    this.#online.resolve();
  }

  /** What a broker kept tells the past, and a device that is gone does not correct it. */
  hearNotification({ topic, payload, retained }: Message): void {
    if (retained) return;
    const told = notificationOf(payload);
    if (told === undefined) return this.#context.unmatched(`unreadable payload on ${topic}`);
    this.#isThere(topic);
    if (told.kind === 'events') for (const happening of told.events) this.#happened(happening);
    else this.report(told.status);
    if (told.kind === 'status' && told.whole) this.#compare(told.status);
  }

  /** `<prefix>/status/switch:0`: the whole status of one component. */
  hearStatus({ topic, payload, retained }: Message): void {
    if (retained) return;
    const status = payloadFields(payload);
    if (status === undefined) return this.#context.unmatched(`unreadable payload on ${topic}`);
    this.#isThere(topic);
    const component = this.#components.get(topic.slice(topic.lastIndexOf('/') + 1));
    if (component !== undefined) this.#reportOne(component, status);
  }

  /** Reports what a status tells of the components that are known; the keys that it does not have are unchanged. */
  report(status: Fields): void {
    for (const [key, component] of this.#components) {
      const its = fieldOf(status, key);
      if (isFields(its)) this.#reportOne(component, its);
    }
  }

  #reportOne(component: Component, status: Fields): void {
    if (this.#isNews(component, status)) this.#changed();
    for (const field of component.fields) {
      const value = valueAt(status, field.path);
      const property = propertyOf(component, field);
      if (value === null) this.#context.lost(property, 'the device tells no value for it');
      else if (value !== undefined) this.#context.report(property, value);
    }
  }

  /** A cover that has been calibrated has a position from then on. */
  #isNews({ key, kind, fields }: Component, status: Fields): boolean {
    const before = this.#news.size;
    for (const field of kind.fields) {
      if (!fields.includes(field) && tells(kind, field, status)) this.#news.add(`${key} ${field.path}`);
    }
    return this.#news.size > before;
  }

  #isThere(topic: string): void {
    if (this.presence.here === false) this.presence.back(`the device published ${topic}`);
  }

  #happened({ component: key, event }: Happening): void {
    if (redescribing.has(event)) return this.#changed();
    const component = this.#components.get(key);
    if (component?.kind.events) this.#context.emit(component.name, { event: event.slice(0, 64) });
  }

  #compare(status: Fields): void {
    const told = componentsOf(status).map(({ key }) => key);
    if (told.length !== this.#components.size || told.some((key) => !this.#components.has(key))) this.#changed();
  }

  /** It is asked anew what it is, which is part of bringing it back into step. */
  #changed(): void {
    if (this.presence.here === true) this.presence.restarted('the device says that it has changed');
  }
}
