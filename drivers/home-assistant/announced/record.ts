import { allOf, type Few, fieldOf, type Fields, isFields, withOne, withoutOne } from '../../../src/driver/index.ts';
import type { Announcement, Component, DeviceFacts } from './announcement.ts';
import { maxComponents, readAnnouncement } from './announcement.ts';
import { type ConfigTopic, configTopic } from './config-topic.ts';
import { hasMarks, marked } from './marks.ts';
import type { Said } from './shape.ts';

/** One topic's last word, kept as it came: it is read again when somebody wants to know. */
export interface Entry {
  readonly topic: string;
  /** What was said before it said that it migrates. */
  readonly said: Said;
  readonly migrating: boolean;
  readonly aliases: readonly string[];
}

/** What is known of a device from all its announcements. */
export interface Known {
  readonly identity: string;
  readonly facts: DeviceFacts;
  readonly origin?: string;
  readonly components: readonly Component[];
}

/** What a device has in common with those of its make. */
export interface Alike {
  /** The same for all of them. */
  readonly key: string;
  /** The device's own words, which have marks in what all have in common. */
  readonly words: readonly string[];
  /** What is known of all of them, with marks; undefined where there is no such thing. */
  read(): Known | undefined;
}

/** A device, as the topics that announce it. */
export class DeviceRecord {
  readonly identity: string;
  /** Mostly one, or some tens. */
  #entries: Entry | Few<Entry> | undefined;
  /** Grows with each change. */
  version = 0;

  constructor(identity: string) {
    this.identity = identity;
  }

  get entries(): readonly Entry[] {
    return allOf(this.#entries);
  }

  entry(topic: string): Entry | undefined {
    return this.entries.find((entry) => entry.topic === topic);
  }

  put(entry: Entry): void {
    this.delete(entry.topic);
    this.#entries = withOne(this.#entries, entry);
  }

  delete(topic: string): void {
    const before = this.entry(topic);
    if (before !== undefined) this.#entries = withoutOne(this.#entries, before);
  }

  clear(): void {
    this.#entries = undefined;
  }

  /** What its announcements take to read. */
  get bytes(): number {
    return this.entries.reduce((sum, { said }) => sum + said.length, 0);
  }

  get aliases(): ReadonlySet<string> {
    return new Set(this.entries.flatMap(({ aliases }) => aliases));
  }

  /** Reads all announcements, in the order of their topics, so that the order in which they came does not matter. */
  read(prefix: string): Known {
    const settled = this.entries.filter(({ migrating }) => !migrating);
    const announcements = inOrder(settled.length > 0 ? settled : this.entries).map(({ topic, said }) =>
      readAt(configTopic(prefix, topic), said.text),
    );
    return knownOf(this.identity, announcements);
  }

  /** Undefined for a device like no other. */
  alike(prefix: string): Alike | undefined {
    const entries = inOrder(this.entries);
    const words = entries[0]?.said.words ?? [];
    if (entries.some(({ said, migrating }) => migrating || said.shape.isOwn || !isSame(said.words, words)))
      return undefined;
    const key = entries.map(({ topic, said }) => `${said.shape.id} ${marked(topic, words)}`).join('\n');
    return { key, words, read: () => readAlike(entries, words, prefix) };
  }
}

function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted(({ topic: a }, { topic: b }) => (a < b ? -1 : 1));
}

export function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, at) => word === other[at]);
}

function readAt(where: ConfigTopic | undefined, text: string): Announcement | string {
  return where === undefined ? 'it is announced nowhere' : readAnnouncement(where, Buffer.from(text, 'latin1'));
}

function readAlike(entries: readonly Entry[], words: readonly string[], prefix: string): Known | undefined {
  const read = entries.map(({ topic, said }) =>
    readAt(markedTopic(configTopic(prefix, topic), words), said.shape.text),
  );
  const known = knownOf('', read);
  const isWhole = read.every((each) => typeof each !== 'string');
  if (isWhole && known.components.every(({ fields }) => isMarkedInTopics(fields))) return known;
  for (const { said } of entries) said.shape.isOwn = true;
  return undefined;
}

function markedTopic(where: ConfigTopic | undefined, words: readonly string[]): ConfigTopic | undefined {
  if (where === undefined) return undefined;
  const { component, nodeId, objectId } = where;
  return {
    component,
    objectId: marked(objectId, words),
    ...(nodeId !== undefined && { nodeId: marked(nodeId, words) }),
  };
}

/** Of no consequence for what a component is: its names are those of its model, which are compared. */
const names = ['name', 'unique_id', 'object_id', 'default_entity_id'];

/** Whether a component says its device's own words in topics alone: what they mean elsewhere is not filled in. */
function isMarkedInTopics(fields: Fields): boolean {
  return Object.entries(fields).every(([key, value]) => {
    if (names.includes(key) || (key.endsWith('topic') && typeof value === 'string')) return true;
    if (key !== 'availability' || !Array.isArray(value)) return !hasMarks(JSON.stringify([key, value]));
    return (value as unknown[]).every((each) => isFields(each) && isMarkedInTopics(each));
  });
}

function knownOf(identity: string, read: readonly (Announcement | string)[]): Known {
  const announcements = read.filter((each): each is Announcement => typeof each !== 'string');
  const origin = announcements.find((each) => each.origin !== undefined)?.origin;
  return {
    identity,
    facts: Object.assign({}, ...announcements.map(({ facts }) => facts).toReversed()) as DeviceFacts,
    ...(origin !== undefined && { origin }),
    components: distinct(announcements.flatMap(({ components }) => components)),
  };
}

/** A component that is announced twice, on a topic of its own and with its device, is one. */
function distinct(components: readonly Component[]): Component[] {
  const seen = new Set<string>();
  const ones = components.filter(({ platform, id, fields }) => {
    const unique = fieldOf(fields, 'unique_id');
    const key = `${platform} ${typeof unique === 'string' ? unique : id}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return ones.slice(0, maxComponents);
}
