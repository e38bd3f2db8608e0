import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/index.ts';
import { inTurn } from '../in-turn.ts';

/** What is other in a device of both configurations. */
export interface DeviceChange {
  readonly id: string;
  /** Keys of the device in the file; `connection` as well where the connection leads elsewhere now. */
  readonly what: readonly string[];
  /** Its session ends and another begins; else it is not interrupted. */
  readonly attachedAnew: boolean;
}

/** What there is more of, less of, and other than before, by name. */
export interface Difference<T = string> {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly T[];
}

/** From one configuration to another. */
export interface Plan {
  readonly devices: Difference<DeviceChange>;
  readonly connections: Difference;
  /** Other parts of the file that are other than before and can be taken as they are: `interlocks`, `log.level`. */
  readonly sections: readonly string[];
  /** Those that only another start can take: `server.port`. */
  readonly restartNeeded: readonly string[];
}

/** Of a device: what is part of its session. */
const ofSession: readonly string[] = ['driver', 'connection', 'options', 'enabled', 'idleProbeMs'];

/** What has a place of its own in the plan, or is none of the file's. */
const elsewhere: readonly string[] = ['source', 'devices', 'connections', 'allowSimulated'];

/**
 * What has to be done to get from one configuration to another.
 *
 * @param started The one that the process started with: what needs a restart is as it was then.
 * @param live Sections, and `section.key`s, that can be taken while the service runs.
 */
export async function planOf(before: Config, after: Config, started: Config, live: ReadonlySet<string>): Promise<Plan> {
  const connections = difference(before.connections, after.connections);
  return {
    connections,
    devices: await devicesOf(before, after, new Set(connections.changed)),
    sections: otherKeys(before, after).filter((key) => isLive(key, live)),
    restartNeeded: otherKeys(started, after).filter((key) => !isLive(key, live)),
  };
}

export function isEmpty({ devices, connections, sections }: Plan): boolean {
  const counts = [devices, connections].flatMap(({ added, removed, changed }) => [added, removed, changed]);
  return [...counts, sections].every(({ length }) => length === 0);
}

async function devicesOf(before: Config, after: Config, moved: ReadonlySet<string>): Promise<Plan['devices']> {
  const changed: DeviceChange[] = [];
  await inTurn(Object.entries(after.devices), ([id, device]) => {
    const earlier = Object.hasOwn(before.devices, id) ? before.devices[id] : undefined;
    if (earlier === undefined) return;
    const what = otherMembers(earlier, device);
    if (device.connection !== undefined && moved.has(device.connection) && !what.includes('connection')) {
      what.push('connection');
    }
    if (what.length === 0) return;
    changed.push({ id, what, attachedAnew: what.some((key) => ofSession.includes(key)) });
  });
  return { ...newAndGone(before.devices, after.devices), changed };
}

function difference(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Difference {
  const both = Object.keys(after).filter((name) => Object.hasOwn(before, name));
  const changed = both.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  return { ...newAndGone(before, after), changed };
}

function newAndGone(before: object, after: object): Pick<Difference, 'added' | 'removed'> {
  return {
    added: Object.keys(after).filter((name) => !Object.hasOwn(before, name)),
    removed: Object.keys(before).filter((name) => !Object.hasOwn(after, name)),
  };
}

/** `section`, or `section.key` where a section is a mapping. */
function otherKeys(before: Config, after: Config): string[] {
  const [earlier, later] = [before, after] as unknown as Readonly<Record<string, unknown>>[]; // configurations are plain data
  return otherMembers(earlier, later, elsewhere).flatMap((section) => {
    const [a, b] = [earlier?.[section], later?.[section]];
    if (!isMapping(a) || !isMapping(b) || section === 'discovery') return [section];
    return otherMembers(a, b).map((key) => `${section}.${key}`);
  });
}

function isLive(key: string, live: ReadonlySet<string>): boolean {
  return live.has(key) || live.has(key.split('.')[0] ?? '');
}

function otherMembers(before: object | undefined, after: object | undefined, except: readonly string[] = []): string[] {
  const [a, b] = [new Map(Object.entries(before ?? {})), new Map(Object.entries(after ?? {}))];
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((key) => !except.includes(key));
  return keys.filter((key) => !isDeepStrictEqual(a.get(key), b.get(key)));
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
