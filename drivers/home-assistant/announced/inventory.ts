import {
  type Clock,
  type Log,
  type Message,
  type MessageConnection,
  messageOf,
  type SharedUpkeep,
} from '../../../src/driver/index.ts';
import { Templates } from '../template/index.ts';
import { Topics } from '../session/topics.ts';
import { type Announcement, readAnnouncement } from './announcement.ts';
import { configTopic } from './config-topic.ts';
import { Devices, type DeviceChanges } from './devices.ts';
import type { DeviceRecord, Entry } from './record.ts';
import { inSlices } from './slices.ts';

/** What our own devices are announced with; they must not come back to us as somebody else's. */
const ownOrigin = 'bellcrank';
/** Turns of the event loop without an announcement, after which those that belong together have come. */
const quietTurns = 3;
/** Whoever announces without end does not keep the others waiting. */
const mostTurns = 300;

/** Everything that is announced on one broker under one prefix: subscribed once, for all sessions and for discovery. */
export class Inventory implements DeviceChanges {
  /** Settles when the broker has granted the subscription, and what it had retained has come. */
  readonly ready: Promise<void>;
  /** Each template is read once. */
  readonly templates = new Templates();
  /** The devices' own topics. */
  readonly topics: Topics;
  readonly #prefix: string;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #devices = new Devices(this);
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #observers = new Set<DeviceChanges>();
  readonly #dirty = new Set<DeviceRecord>();
  #heard = 0;
  #settling = false;
  /** Announcements that mean nothing. */
  refused = 0;

  constructor(connection: MessageConnection, prefix: string, { log, clock }: SharedUpkeep) {
    this.#prefix = prefix;
    this.#log = log;
    this.#clock = clock;
    this.topics = new Topics(connection);
    this.ready = connection.subscribe(`${prefix}/#`, (message) => this.#hear(message)).then(() => this.#settle());
    // Whoever waits for it is told; nobody may be waiting yet.
    this.ready.catch((error: unknown) => log.warn({ error: messageOf(error) }, 'announcements cannot be heard'));
  }

  /** By any name that it has. */
  find(identity: string): DeviceRecord | undefined {
    return this.#devices.find(identity);
  }

  get all(): Iterable<DeviceRecord> {
    return this.#devices.all;
  }

  /** Calls back when the device of that name is announced, changes or is gone. Returns the way to stop. */
  watch(identity: string, listener: () => void): () => void {
    const watchers = this.#watchers.get(identity) ?? new Set();
    this.#watchers.set(identity, watchers.add(listener));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0 && this.#watchers.get(identity) === watchers) this.#watchers.delete(identity);
    };
  }

  /** Calls back for every device. */
  observe(observer: DeviceChanges): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  changed(record: DeviceRecord): void {
    this.#dirty.add(record);
    if (!this.#settling) void this.#settle();
  }

  gone(record: DeviceRecord, aliases: ReadonlySet<string>): void {
    this.#dirty.delete(record);
    this.#each((observer) => observer.gone(record, aliases));
    this.#notify(aliases);
  }

  #hear({ topic, payload }: Message): void {
    const where = configTopic(this.#prefix, topic);
    if (where === undefined) return;
    this.#heard++;
    if (payload.length === 0) return this.#devices.remove(topic);
    const read = readAnnouncement(where, payload);
    if (typeof read === 'string') return this.#refuse(topic, read);
    if (read.origin === ownOrigin) return this.#devices.remove(topic);
    const problem = this.#devices.put(topic, this.#entryOf(topic, payload, read, where));
    if (problem !== undefined) this.#refuse(topic, problem);
  }

  /** What migrates stays as it was announced before. */
  #entryOf(topic: string, payload: Uint8Array, { migrating, aliases }: Announcement, where: Entry['topic']): Entry {
    const before = migrating === true ? this.#devices.entry(topic) : undefined;
    if (before !== undefined) return { ...before, migrating: true };
    return { topic: where, payload: Buffer.from(payload).toString('latin1'), aliases, migrating: migrating ?? false };
  }

  #refuse(topic: string, reason: string): void {
    // One line for each would let a broken device fill the log.
    if (++this.refused % 1000 === 1)
      this.#log.warn({ topic: topic.slice(0, 200), reason, refused: this.refused }, 'an announcement is not taken');
  }

  /** Waits until announcements that come together have come, and tells of those that have changed. */
  async #settle(): Promise<void> {
    this.#settling = true;
    for (let quiet = 0, turns = 0; quiet < quietTurns && turns < mostTurns; turns++) {
      const before = this.#heard;
      await this.#clock.ioTurn();
      quiet = before === this.#heard ? quiet + 1 : 0;
    }
    const changed = [...this.#dirty];
    this.#dirty.clear();
    await inSlices(changed, this.#clock, (record) => this.#tellOf(record));
    this.#settling = false;
    // What changed meanwhile is not waited for.
    if (this.#dirty.size > 0) void this.#settle();
  }

  #tellOf(record: DeviceRecord): void {
    // It may have gone since, which was told.
    if (record.entries.size === 0) return;
    this.#each((observer) => observer.changed(record));
    this.#notify(record.aliases);
  }

  /** Tells of each that is known, a few at a time. */
  async tellAll(tell: (record: DeviceRecord) => void): Promise<void> {
    await inSlices(this.all, this.#clock, tell);
  }

  #each(tell: (observer: DeviceChanges) => void): void {
    for (const observer of this.#observers) this.#guard(() => tell(observer));
  }

  #notify(aliases: ReadonlySet<string>): void {
    const listeners = new Set([...aliases].flatMap((alias) => [...(this.#watchers.get(alias) ?? [])]));
    for (const listener of listeners) this.#guard(listener);
  }

  #guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#log.error({ error: messageOf(error) }, 'a listener of announcements failed');
    }
  }
}
