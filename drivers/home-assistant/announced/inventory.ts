import {
  allOf,
  type Clock,
  type Few,
  type Log,
  type Message,
  type MessageConnection,
  messageOf,
  type SharedUpkeep,
  withOne,
  withoutOne,
} from '../../../src/driver/index.ts';
import { CommandTopics } from '../plan/command-topics.ts';
import { Plans } from '../plan/plans.ts';
import { Templates } from '../template/index.ts';
import { Topics } from '../session/topics.ts';
import { type Announcement, readAnnouncement } from './announcement.ts';
import { type ConfigTopic, configTopic } from './config-topic.ts';
import { Devices, type DeviceChanges } from './devices.ts';
import { mostMarks } from './marks.ts';
import { type DeviceRecord, type Entry, isSame } from './record.ts';
import { Shapes } from './shape.ts';
import { inSlices } from './slices.ts';

/** What our own devices are announced with; they must not come back to us as somebody else's. */
const ownOrigin = 'bellcrank';
/** Turns of the event loop without an announcement, after which those that belong together have come. */
const quietTurns = 3;
/** Whoever announces without end does not keep the others waiting. */
const mostTurns = 300;

/** Shorter words stand everywhere. */
const shortestWord = 3;

/** Told when the device of a name is announced, changes or is gone. */
export interface Watcher {
  announced(): void;
}

/** Everything that is announced on one broker under one prefix: subscribed once, for all sessions and for discovery. */
export class Inventory implements DeviceChanges {
  /** Settles when the broker has granted the subscription, and what it had retained has come. */
  readonly ready: Promise<void>;
  /** Each template is read once. */
  readonly templates = new Templates();
  readonly plans: Plans;
  /** The devices' own topics. */
  readonly topics: Topics;
  /** By which device each command topic is had: the first one that is attached. */
  readonly commanded = new CommandTopics();
  readonly prefix: string;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #devices = new Devices(this);
  readonly #shapes = new Shapes();
  readonly #watchers = new Map<string, Watcher | Few<Watcher>>();
  readonly #observers = new Set<DeviceChanges>();
  readonly #dirty = new Set<DeviceRecord>();
  #heard = 0;
  #settling = false;
  /** Announcements that mean nothing. */
  refused = 0;

  constructor(connection: MessageConnection, prefix: string, { log, clock }: SharedUpkeep) {
    this.prefix = prefix;
    this.plans = new Plans(this.templates, prefix);
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

  /** Tells when the device of that name is announced, changes or is gone. */
  watch(identity: string, watcher: Watcher): void {
    this.#watchers.set(identity, withOne(this.#watchers.get(identity), watcher));
  }

  unwatch(identity: string, watcher: Watcher): void {
    const left = withoutOne(this.#watchers.get(identity), watcher);
    if (left === undefined) this.#watchers.delete(identity);
    else this.#watchers.set(identity, left);
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
    const where = configTopic(this.prefix, topic);
    if (where === undefined) return;
    this.#heard++;
    if (payload.length === 0) return this.#devices.remove(topic);
    const read = readAnnouncement(where, payload);
    if (typeof read === 'string') return this.#refuse(topic, read);
    if (read.origin === ownOrigin) return this.#devices.remove(topic);
    const problem = this.#devices.put(this.#entryOf(topic, payload, read, where));
    if (problem !== undefined) this.#refuse(topic, problem);
  }

  /** What migrates stays as it was announced before. */
  #entryOf(topic: string, payload: Uint8Array, read: Announcement, where: ConfigTopic): Entry {
    const { migrating, aliases } = read;
    const before = migrating === true ? this.#devices.entry(topic) : undefined;
    if (before !== undefined) return { ...before, migrating: true };
    // A text of our own: a view of the payload would keep the whole of what the socket had read with it.
    const said = this.#shapes.of(Buffer.from(payload).toString('latin1'), ownWords(read, where));
    return { topic, said, aliases, migrating: migrating ?? false };
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
    if (record.entries.length === 0) return;
    this.#each((observer) => observer.changed(record));
    this.#notify(record.aliases);
  }

  /** Tells of each that is known and of which observers have not been told by then, a few at a time. */
  async tellAll(tell: (record: DeviceRecord) => void): Promise<void> {
    // Of what comes meanwhile, and of what is to be told of anyway, observers are told by themselves.
    const known = [...this.all].filter((record) => !this.#dirty.has(record));
    await inSlices(known, this.#clock, (record) => record.entries.length > 0 && tell(record));
  }

  #each(tell: (observer: DeviceChanges) => void): void {
    for (const observer of this.#observers) this.#guard(() => tell(observer));
  }

  #notify(aliases: ReadonlySet<string>): void {
    const watchers = new Set([...aliases].flatMap((alias) => allOf(this.#watchers.get(alias))));
    for (const watcher of watchers) this.#guard(() => watcher.announced());
  }

  #guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#log.error({ error: messageOf(error) }, 'a listener of announcements failed');
    }
  }
}

/** What of an announcement may be the device's own: what it is called, and where it is announced. */
function ownWords({ aliases, facts }: Announcement, { component, nodeId, objectId }: ConfigTopic): readonly string[] {
  const place = component === 'device' ? objectId : nodeId;
  const all = [...aliases, facts.name ?? '', place ?? ''].filter(({ length }) => length >= shortestWord);
  const words = [...new Set(all)].slice(0, mostMarks);
  // Mostly nothing but what it is known as: one list for both.
  return isSame(words, aliases) ? aliases : words;
}
