import { createHash } from 'node:crypto';
import {
  type Log,
  type Message,
  type MessageConnection,
  messageOf,
  payloadText,
  type Shared,
  word,
  words,
} from '../../src/driver/index.ts';
import { type Announced, idOf, readDescription } from './description.ts';
import { type Description, describe } from './specs.ts';

const maxDevices = 20_000;
const maxDescriptions = 20_000;
/** All descriptions that hold now, as they were told; what is made of them takes some four times as much memory. */
const maxDescribedBytes = 128 * 1024 * 1024;

/** What a device's lifecycle can be ("Device Lifecycle"); `alert` is Homie 4's: it works, and something is wrong. */
const states = ['init', 'ready', 'disconnected', 'sleeping', 'lost', 'alert'] as const;
export type State = (typeof states)[number];

/** A device as the broker announces it. */
export interface Entry {
  readonly domain: string;
  readonly device: string;
  /** Undefined: it has announced none, or has been removed. */
  state: State | undefined;
  /** Homie 5: the whole of it. */
  announced: Announced | undefined;
  /** Of the message that told it. */
  bytes: number;
  description: Description | undefined;
  /** Homie 4: what is told apart from its nodes. */
  version: string | undefined;
  name: string | undefined;
  extensions: readonly string[];
}

/** Every Homie device of one version that a broker announces. One for each connection. */
export class Inventory {
  readonly version: 4 | 5;
  readonly #log: Log;
  readonly #entries = new Map<string, Entry>();
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #listeners = new Set<(entry: Entry) => void>();
  readonly #children = new Map<string, Set<string>>();
  /** For as long as anybody has them: a device may describe itself anew without end. */
  readonly #descriptions = new Map<string, WeakRef<Description>>();
  readonly #listening: Promise<void>;
  readonly #maxDescribedBytes: number;
  #described = 0;
  #warned = false;

  constructor(connection: MessageConnection, version: 4 | 5, log: Log, describedBytes = maxDescribedBytes) {
    this.version = version;
    this.#log = log;
    this.#maxDescribedBytes = describedBytes;
    this.#listening = this.#listen(connection);
    // Whoever needs it awaits it; nobody else is to fall over it.
    this.#listening.catch(() => {});
  }

  listening(): Promise<void> {
    return this.#listening;
  }

  get(domain: string, device: string): Entry | undefined {
    return this.#entries.get(keyOf(domain, device));
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** Tells of changes of one device, and of its root. Returns the way to stop. */
  watch(domain: string, device: string, changed: () => void): () => void {
    const key = keyOf(domain, device);
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers);
    watchers.add(changed);
    return () => {
      watchers.delete(changed);
      if (watchers.size === 0 && this.#watchers.get(key) === watchers) this.#watchers.delete(key);
    };
  }

  /** Tells of every device that is announced, changes or goes. Returns the way to stop. */
  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One description for all devices that have the same to say. */
  describe(announced: Announced): Description {
    const { type, properties, leftOut } = announced;
    const key = createHash('sha256')
      .update(JSON.stringify([type, properties, leftOut]))
      .digest('base64');
    const known = this.#descriptions.get(key)?.deref();
    if (known !== undefined) return known;
    if (this.#descriptions.size >= maxDescriptions) this.#sweep();
    const description = describe(announced);
    this.#descriptions.set(key, new WeakRef(description));
    return description;
  }

  #sweep(): void {
    for (const [key, description] of this.#descriptions) {
      if (description.deref() === undefined) this.#descriptions.delete(key);
    }
    if (this.#descriptions.size >= maxDescriptions) this.#descriptions.clear();
  }

  async #listen(connection: MessageConnection): Promise<void> {
    const prefix = this.version === 5 ? '+/5/+' : '+/+';
    const attributes: Readonly<Record<string, (entry: Entry, payload: Uint8Array) => void>> =
      this.version === 5
        ? { $description: (entry, payload) => this.#takeDescription(entry, payload), $state: takeState }
        : { $homie: takeVersion, $name: takeName, $extensions: takeExtensions, $state: takeState };
    for (const [attribute, take] of Object.entries(attributes)) {
      await connection.subscribe(`${prefix}/${attribute}`, (message) => this.#hear(message, take));
    }
  }

  #hear({ topic, payload }: Message, take: (entry: Entry, payload: Uint8Array) => void): void {
    const levels = topic.split('/');
    const domain = word(levels[0]);
    const device = idOf(levels.at(-2));
    if (domain === undefined || device === undefined) return;
    const entry = this.#entry(domain, device, payload.length > 0);
    if (entry === undefined) return;
    take(entry, payload);
    this.#tell(entry);
    if (entry.state === undefined && entry.announced === undefined && entry.version === undefined) this.#forget(entry);
  }

  #entry(domain: string, device: string, isToBeMade: boolean): Entry | undefined {
    const key = keyOf(domain, device);
    const known = this.#entries.get(key);
    if (known !== undefined || !isToBeMade) return known;
    if (this.#entries.size >= maxDevices) {
      this.#warnOnce(domain, device, `only ${maxDevices} Homie devices are taken`);
      return undefined;
    }
    const nothing = { state: undefined, announced: undefined, bytes: 0, description: undefined, version: undefined };
    const entry: Entry = { domain, device, ...nothing, name: undefined, extensions: [] };
    this.#entries.set(key, entry);
    return entry;
  }

  #warnOnce(domain: string, device: string, what: string): void {
    if (!this.#warned) this.#log.warn({ domain, device }, what);
    this.#warned = true;
  }

  #takeDescription(entry: Entry, payload: Uint8Array): void {
    const described = this.#described - entry.bytes + payload.length;
    if (payload.length > 0 && described > this.#maxDescribedBytes) {
      return this.#warnOnce(entry.domain, entry.device, 'the descriptions of Homie devices take too much memory');
    }
    const announced = readDescription(payload);
    if (announced === undefined && payload.length > 0) {
      this.#log.warn({ domain: entry.domain, device: entry.device }, 'this is no description of a Homie device');
      return;
    }
    this.#adopt(entry, announced);
    this.#described = described;
    entry.bytes = payload.length;
    entry.announced = announced;
    entry.description = announced && this.describe(announced);
    entry.extensions = announced?.extensions ?? [];
    entry.name = announced?.name;
  }

  /** Keeps who follows whose root. */
  #adopt(entry: Entry, announced: Announced | undefined): void {
    const { domain, device } = entry;
    const before = entry.announced?.root;
    if (before !== undefined) this.#leaveRoot(keyOf(domain, before), device);
    const root = announced?.root;
    if (root === undefined || root === device) return;
    const children = this.#children.get(keyOf(domain, root)) ?? new Set();
    this.#children.set(keyOf(domain, root), children.add(device));
  }

  #leaveRoot(key: string, device: string): void {
    const children = this.#children.get(key);
    children?.delete(device);
    if (children?.size === 0) this.#children.delete(key);
  }

  #forget(entry: Entry): void {
    this.#adopt(entry, undefined);
    this.#entries.delete(keyOf(entry.domain, entry.device));
  }

  #tell(entry: Entry): void {
    const { domain, device } = entry;
    const concerned = [device, ...(this.#children.get(keyOf(domain, device)) ?? [])];
    for (const id of concerned) {
      for (const changed of this.#watchers.get(keyOf(domain, id)) ?? []) this.#try(changed);
    }
    for (const listener of this.#listeners) this.#try(() => listener(entry));
  }

  #try(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#log.error({ error: messageOf(error) }, 'a change of a Homie device could not be told');
    }
  }
}

function keyOf(domain: string, device: string): string {
  return `${domain}/${device}`;
}

function takeState(entry: Entry, payload: Uint8Array): void {
  const text = payloadText(payload, 100);
  const state = states.find((known) => known === text);
  // Something else is no state; nothing means that it was removed.
  if (state !== undefined || text === '') entry.state = state;
}

function takeVersion(entry: Entry, payload: Uint8Array): void {
  const text = payloadText(payload, 100);
  entry.version = text !== undefined && /^[34]\.\d/.test(text) ? text : undefined;
}

function takeName(entry: Entry, payload: Uint8Array): void {
  entry.name = words(payloadText(payload, 1000));
}

function takeExtensions(entry: Entry, payload: Uint8Array): void {
  const extensions = (payloadText(payload, 4000) ?? '').split(',').slice(0, 50);
  entry.extensions = extensions.map((text) => text.trim()).filter((text) => text !== '');
}

/** The inventory of this version on the connection, made when it is first asked for. */
export function inventoryOf(shared: Shared, version: 4 | 5): Inventory {
  return shared.get(`homie/${version}`, (connection, { log }) => new Inventory(connection, version, log));
}

/** Whether a Bellcrank publishes this device: it would come back to where it is from. */
export function isOwn({ extensions }: Pick<Entry, 'extensions'>): boolean {
  return extensions.some((extension) => extension.startsWith('org.bellcrank'));
}
