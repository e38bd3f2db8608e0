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
  readonly #records = new Set<DeviceRecord>();
  readonly #changes: DeviceChanges;
  #bytes = 0;

  constructor(changes: DeviceChanges) {
    this.#changes = changes;
  }

  get all(): Iterable<DeviceRecord> {
    return this.#records;
  }
  get bytes(): number {
    return this.#bytes;
  }

  find(alias: string): DeviceRecord | undefined {
    return this.#byAlias.get(alias);
  }

  entry(topic: string): Entry | undefined {
    return this.#byTopic.get(topic)?.entries.get(topic);
  }

  /** Returns why it is not taken, if it is not. */
  put(topic: string, entry: Entry): string | undefined {
    const before = this.entry(topic);
    if (before !== undefined && same(before, entry)) return undefined;
    const bytes = this.#bytes + entry.payload.length - (before?.payload.length ?? 0);
    if (bytes > maxBytes) return 'announcements take too much memory';
    const record = this.#recordFor(entry.aliases);
    if (record === undefined) return `more than ${maxDevices} devices are announced`;
    if (this.#byTopic.get(topic) !== record) this.remove(topic);
    else this.#bytes -= before?.payload.length ?? 0;
    this.#bytes += entry.payload.length;
    record.entries.set(topic, entry);
    this.#byTopic.set(topic, record);
    this.#records.add(record);
    this.#index(record);
    return undefined;
  }

  remove(topic: string): void {
    const record = this.#byTopic.get(topic);
    if (record === undefined) return;
    const { aliases } = record;
    this.#bytes -= record.entries.get(topic)?.payload.length ?? 0;
    record.entries.delete(topic);
    this.#byTopic.delete(topic);
    for (const alias of aliases) if (this.#byAlias.get(alias) === record) this.#byAlias.delete(alias);
    if (record.entries.size > 0) return this.#index(record);
    this.#records.delete(record);
    this.#changes.gone(record, aliases);
  }

  #index(record: DeviceRecord): void {
    for (const alias of record.aliases) this.#byAlias.set(alias, record);
    record.version++;
    this.#changes.changed(record);
  }

  /** The one that has any of these names; those that turn out to be the same become one. */
  #recordFor(aliases: readonly string[]): DeviceRecord | undefined {
    const [first, ...others] = new Set(
      aliases.map((alias) => this.#byAlias.get(alias)).filter((known) => known !== undefined),
    );
    for (const other of others) if (first !== undefined) this.#merge(first, other);
    if (first !== undefined) return first;
    return this.#records.size < maxDevices ? new DeviceRecord(aliases[0] ?? '') : undefined;
  }

  #merge(into: DeviceRecord, from: DeviceRecord): void {
    const { aliases } = from;
    for (const [topic, entry] of from.entries) {
      into.entries.set(topic, entry);
      this.#byTopic.set(topic, into);
    }
    from.entries.clear();
    this.#records.delete(from);
    this.#changes.gone(from, new Set());
    for (const alias of aliases) this.#byAlias.set(alias, into);
  }
}

function same(a: Entry, b: Entry): boolean {
  return a.migrating === b.migrating && a.payload === b.payload;
}
