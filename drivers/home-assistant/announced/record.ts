import type { Announcement, Component, DeviceFacts } from './announcement.ts';
import { maxComponents, readAnnouncement } from './announcement.ts';
import type { ConfigTopic } from './config-topic.ts';

/**
 * One topic's last word, kept as it came: it is read again when somebody wants to know. A character for each byte (Latin-1),
 * because a view of it would keep the whole of what the socket had read with it.
 */
export interface Entry {
  readonly topic: ConfigTopic;
  readonly payload: string;
  /** The payload as it was before it said that it migrates. */
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

/** A device, as the topics that announce it. */
export class DeviceRecord {
  readonly identity: string;
  readonly entries = new Map<string, Entry>();
  /** Grows with each change. */
  version = 0;

  constructor(identity: string) {
    this.identity = identity;
  }

  /** What its announcements take to read. */
  get bytes(): number {
    return [...this.entries.values()].reduce((sum, { payload }) => sum + payload.length, 0);
  }

  get aliases(): ReadonlySet<string> {
    return new Set([...this.entries.values()].flatMap(({ aliases }) => aliases));
  }

  /** Reads all announcements, in the order of their topics, so that the order in which they came does not matter. */
  read(): Known {
    const entries = [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    const settled = entries.filter(({ migrating }) => !migrating);
    const announcements = (settled.length > 0 ? settled : entries)
      .map(({ topic, payload }) => readAnnouncement(topic, Buffer.from(payload, 'latin1')))
      .filter((read): read is Announcement => typeof read !== 'string');
    const origin = announcements.find((read) => read.origin !== undefined)?.origin;
    return {
      identity: this.identity,
      facts: Object.assign({}, ...announcements.map(({ facts }) => facts).toReversed()) as DeviceFacts,
      ...(origin !== undefined && { origin }),
      components: distinct(announcements.flatMap(({ components }) => components)),
    };
  }
}

/** A component that is announced twice, on a topic of its own and with its device, is one. */
function distinct(components: readonly Component[]): Component[] {
  const seen = new Set<string>();
  const ones = components.filter(({ platform, id, fields }) => {
    const unique = fields['unique_id'];
    const key = `${platform} ${typeof unique === 'string' ? unique : id}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return ones.slice(0, maxComponents);
}
