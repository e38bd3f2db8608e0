import { maxComponents } from './announcement.ts';
import { DeviceRecord, type Entry } from './record.ts';

/** As many as a service has candidates. */
export const maxDevices = 20_000;
/** All that is kept of all announcements together. */
export const maxBytes = 256 * 1024 * 1024;

/** Told of each device whose announcements have changed. */
export interface DeviceChanges {
  changed(record: DeviceRecord): void;
  gone(record: DeviceRecord, aliases: ReadonlySet<string>): void;
}

/** Who announces what: topics grouped to devices by any identifier that they have in common. */
export class Devices {
  readonly #byTopic = new Map<string, DeviceRecord>();
  readonly #byAlias = new Map<string, DeviceRecord>();
  readonly #changes: DeviceChanges;
  #count = 0;
  #bytes = 0;

  constructor(changes: DeviceChanges) {
    this.#changes = changes;
  }

  get all(): Iterable<DeviceRecord> {
    return new Set(this.#byTopic.values());
  }
  get bytes(): number {
    return this.#bytes;
  }

  find(alias: string): DeviceRecord | undefined {
    return this.#byAlias.get(alias);
  }

  entry(topic: string): Entry | undefined {
    return this.#byTopic.get(topic)?.entry(topic);
  }

  /** Returns why it is not taken, if it is not. */
  put(entry: Entry): string | undefined {
    const { topic } = entry;
    const before = this.entry(topic);
    if (before !== undefined && same(before, entry)) return undefined;
    const bytes = this.#bytes + entry.said.length - (before?.said.length ?? 0);
    if (bytes > maxBytes) return 'announcements take too much memory';
    const known = this.#knownAs(entry.aliases);
    const topics = known.reduce((sum, its) => sum + its.entries.length - (its.entry(topic) === undefined ? 0 : 1), 1);
    // More than its parts are looked at for every one of them.
    if (topics > maxComponents) return `more than ${maxComponents} announcements are of one device`;
    const record = this.#recordFor(known, entry.aliases);
    if (record === undefined) return `more than ${maxDevices} devices are announced`;
    if (this.#byTopic.get(topic) !== record) this.remove(topic);
    else this.#replace(record, before);
    this.#bytes += entry.said.length;
    if (record.entries.length === 0) this.#count++;
    record.put(entry);
    this.#byTopic.set(topic, record);
    this.#index(record);
    return undefined;
  }

  remove(topic: string): void {
    const record = this.#byTopic.get(topic);
    if (record === undefined) return;
    const { aliases } = record;
    this.#replace(record, record.entry(topic));
    record.delete(topic);
    this.#byTopic.delete(topic);
    if (record.entries.length > 0) return this.#index(record);
    this.#count--;
    this.#changes.gone(record, aliases);
  }

  /** An announcement of this device no longer holds, nor do the names that it alone gave. */
  #replace(record: DeviceRecord, before: Entry | undefined): void {
    this.#bytes -= before?.said.length ?? 0;
    for (const alias of before?.aliases ?? []) if (this.#byAlias.get(alias) === record) this.#byAlias.delete(alias);
  }

  #index(record: DeviceRecord): void {
    for (const alias of record.aliases) this.#byAlias.set(alias, record);
    record.version++;
    this.#changes.changed(record);
  }

  /** Those that have any of these names. */
  #knownAs(aliases: readonly string[]): readonly DeviceRecord[] {
    return [...new Set(aliases.map((alias) => this.#byAlias.get(alias)).filter((known) => known !== undefined))];
  }

  /** The one that is known; those that turn out to be the same become one. */
  #recordFor([first, ...others]: readonly DeviceRecord[], aliases: readonly string[]): DeviceRecord | undefined {
    for (const other of others) if (first !== undefined) this.#merge(first, other);
    if (first !== undefined) return first;
    return this.#count < maxDevices ? new DeviceRecord(aliases[0] ?? '') : undefined;
  }

  #merge(into: DeviceRecord, from: DeviceRecord): void {
    const { aliases } = from;
    for (const entry of from.entries) {
      into.put(entry);
      this.#byTopic.set(entry.topic, into);
    }
    from.clear();
    this.#count--;
    this.#changes.gone(from, new Set());
    for (const alias of aliases) this.#byAlias.set(alias, into);
  }
}

function same(a: Entry, b: Entry): boolean {
  return a.migrating === b.migrating && a.said.text === b.said.text;
}
