import type { Fields, Message, MessageConnection, Model, Shared, SharedUpkeep } from '../../src/driver/index.ts';
import { type Announcement, announcedSensors, announcementOf } from './announcement.ts';
import type { Description } from './description.ts';
import { featuresOf } from './features.ts';
import type { Feature } from './feature.ts';
import { modelOf } from './model.ts';

const prefix = 'tasmota/discovery/';
/** Devices of one broker. */
const maxDevices = 20_000;
const maxShapes = 1000;

/** What is known of one device from its announcements. */
export interface Announced {
  readonly config: Announcement;
  readonly sensors?: Fields | undefined;
}

/** A description's model, and how its properties are told and set. */
export interface Shape {
  readonly description: Description;
  readonly model: Model;
  readonly features: readonly Feature[];
}

export interface Watcher {
  found(mac: string, announced: Announced): void;
  gone(mac: string): void;
}

interface Entry {
  config?: Announcement | undefined;
  sensors?: Fields | undefined;
}

/** All devices that announce themselves on one broker (SetOption19 0), heard once for everybody. */
export class Inventory {
  readonly listening: Promise<unknown>;
  readonly #upkeep: SharedUpkeep;
  readonly #entries = new Map<string, Entry>();
  /** MAC addresses by topic, and the sessions that wait for a topic. */
  readonly #byTopic = new Map<string, Set<string>>();
  readonly #sessions = new Map<string, Set<() => void>>();
  readonly #watchers = new Set<Watcher>();
  readonly #shapes = new Map<string, Shape>();

  constructor(connection: MessageConnection, upkeep: SharedUpkeep) {
    this.#upkeep = upkeep;
    const hear = (message: Message): void => this.#hear(message);
    this.listening = Promise.all(['config', 'sensors'].map((kind) => connection.subscribe(`${prefix}+/${kind}`, hear)));
    // Whoever awaits it hears of it.
    this.listening.catch(() => {});
  }

  /** What devices with this topic announce: mostly one. An announcement of hardware that was replaced stays where it is. */
  find(topic: string): readonly Announced[] {
    return [...(this.#byTopic.get(topic) ?? [])].flatMap((mac) => {
      const { config, sensors } = this.#entries.get(mac) ?? {};
      return config === undefined ? [] : [{ config, sensors }];
    });
  }

  /** Calls when what is announced for the topic changes. Returns the way to stop. */
  follow(topic: string, changed: () => void): () => void {
    const sessions = this.#sessions.get(topic) ?? new Set();
    this.#sessions.set(topic, sessions.add(changed));
    return () => {
      sessions.delete(changed);
      if (sessions.size === 0 && this.#sessions.get(topic) === sessions) this.#sessions.delete(topic);
    };
  }

  /** Tells of all that are announced, now and later. Returns the way to stop. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    for (const [mac, { config, sensors }] of this.#entries) if (config) watcher.found(mac, { config, sensors });
    return () => this.#watchers.delete(watcher);
  }

  /** One for all devices that are alike. */
  shape(description: Description): Shape {
    const key = JSON.stringify(description);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const features = featuresOf(description);
    const shape = { description, features, model: modelOf(description, features) };
    if (this.#shapes.size >= maxShapes) this.#shapes.clear();
    this.#shapes.set(key, shape);
    return shape;
  }

  #hear({ topic, payload }: Message): void {
    const [mac = '', kind] = topic.slice(prefix.length).split('/');
    if (!/^[0-9A-F]{12}$/.test(mac)) return;
    if (!this.#entries.has(mac) && this.#entries.size >= maxDevices) return;
    if (kind === 'config') this.#hearConfig(mac, payload);
    else this.#hearSensors(mac, payload);
  }

  #hearConfig(mac: string, payload: Uint8Array): void {
    if (payload.length === 0) return this.#remove(mac);
    const config = announcementOf(mac, payload);
    if (config === undefined) return this.#upkeep.log.debug({ mac }, 'an announcement of Tasmota cannot be read');
    const entry = this.#entries.get(mac) ?? {};
    const before = entry.config?.topic;
    this.#entries.set(mac, { ...entry, config });
    if (before !== undefined && before !== config.topic) this.#unlist(before, mac);
    this.#byTopic.set(config.topic, (this.#byTopic.get(config.topic) ?? new Set()).add(mac));
    this.#told(mac);
  }

  #hearSensors(mac: string, payload: Uint8Array): void {
    const entry = this.#entries.get(mac) ?? {};
    const sensors = announcedSensors(payload);
    if (sensors === undefined && (payload.length > 0 || entry.config === undefined)) return;
    this.#entries.set(mac, { ...entry, sensors });
    this.#told(mac);
  }

  #told(mac: string): void {
    const { config, sensors } = this.#entries.get(mac) ?? {};
    if (config === undefined) return;
    for (const watcher of this.#watchers) watcher.found(mac, { config, sensors });
    for (const changed of this.#sessions.get(config.topic) ?? []) changed();
  }

  #remove(mac: string): void {
    const { config } = this.#entries.get(mac) ?? {};
    this.#entries.delete(mac);
    if (config === undefined) return;
    this.#unlist(config.topic, mac);
    for (const watcher of this.#watchers) watcher.gone(mac);
  }

  #unlist(topic: string, mac: string): void {
    const macs = this.#byTopic.get(topic);
    macs?.delete(mac);
    if (macs?.size === 0) this.#byTopic.delete(topic);
  }
}

/** The one of a connection. */
export function inventoryOf(shared: Shared): Inventory {
  return shared.get('tasmota/inventory', (connection, upkeep) => new Inventory(connection, upkeep));
}
