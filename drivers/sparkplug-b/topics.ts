import { topicLevel } from '../../src/driver/index.ts';

const namespace = 'spBv1.0';

/** What nodes and their devices publish; commands are what we publish (Sparkplug 3.0 §4.1). */
export const nodeTypes = ['NBIRTH', 'NDATA', 'NDEATH'] as const;
export const deviceTypes = ['DBIRTH', 'DDATA', 'DDEATH'] as const;

export type MessageType = (typeof nodeTypes)[number] | (typeof deviceTypes)[number];

/** Whose message it is. */
export interface Place {
  readonly type: MessageType;
  readonly group: string;
  readonly node: string;
  /** For those of a device. */
  readonly device?: string;
}

const types: ReadonlySet<string> = new Set([...nodeTypes, ...deviceTypes]);

/** Reads a topic; undefined for commands, states of hosts, and whatever else is published below `spBv1.0`. */
export function placeOf(topic: string): Place | undefined {
  const [space, group, type = '', node, device, ...more] = topic.split('/');
  if (space !== namespace || group === undefined || node === undefined || more.length > 0) return undefined;
  if (!types.has(type) || (device === undefined) !== type.startsWith('N')) return undefined;
  if (group === '' || node === '' || device === '') return undefined;
  // One of the set just above.
  return { type: type as MessageType, group, node, ...(device !== undefined && { device }) };
}

/** What is subscribed to for a group, `+` for all of them: no commands, which we would only hear ourselves give. */
export function filtersOf(group: string): readonly string[] {
  return [
    ...nodeTypes.map((type) => `${namespace}/${group}/${type}/+`),
    ...deviceTypes.map((type) => `${namespace}/${group}/${type}/+/+`),
  ];
}

/** An NCMD or a DCMD. */
export function commandTopic(group: string, node: string, device?: string): string {
  const levels = device === undefined ? [group, 'NCMD', node] : [group, 'DCMD', node, device];
  return [namespace, ...levels.map((level) => topicLevel(level, 'a part of a Sparkplug topic'))].join('/');
}
