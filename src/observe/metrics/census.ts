import type { Device } from '../../device/device.ts';
import type { Lane } from '../../device/lane.ts';
import { Sums } from './sums.ts';

/** What all devices are at one moment, looked at once for all metrics. */
export interface Census {
  readonly states: Sums;
  readonly latched: Sums;
  /** By connection. */
  readonly waiting: Sums;
  readonly oldestSeconds: Sums;
}

interface Labels {
  driver(name: string): string;
  connection(device: Device): string;
}

/** Those of one driver, in one state, on one connection, whose labels are alike. */
interface Group {
  readonly device: Device;
  count: number;
  latched: number;
  waiting: number;
  oldestMs: number;
}

export function takeCensus(devices: readonly Device[], labels: Labels): Census {
  const census = { states: new Sums(), latched: new Sums(), waiting: new Sums(), oldestSeconds: new Sums(Math.max) };
  for (const group of groupsOf(devices)) add(census, group, labels);
  return census;
}

/** There may be ten thousand devices: nothing is made for each of them. */
function groupsOf(devices: readonly Device[]): Iterable<Group> {
  const groups = new Map<object, Map<string, Group>>();
  const lanes = new Set<Lane>();
  for (const device of devices) {
    const { wire, lane } = device;
    const key = wire.opener.shape === 'none' ? device.settings.driver : wire;
    const ofWire = groups.get(key) ?? new Map<string, Group>();
    if (ofWire.size === 0) groups.set(key, ofWire);
    const group = groupOf(ofWire, device);
    group.count++;
    if (device.latched) group.latched++;
    // A line has one lane for all devices on it.
    if (lane.waiting === 0 || lanes.has(lane)) continue;
    lanes.add(lane);
    group.waiting += lane.waiting;
    group.oldestMs = Math.max(group.oldestMs, lane.oldestMs);
  }
  return [...groups.values()].flatMap((ofWire) => [...ofWire.values()]);
}

function groupOf(groups: Map<string, Group>, device: Device): Group {
  const key = `${device.settings.driver.model.name} ${device.state}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group = { device, count: 0, latched: 0, waiting: 0, oldestMs: 0 };
  groups.set(key, group);
  return group;
}

function add(census: Census, { device, count, latched, waiting, oldestMs }: Group, labels: Labels): void {
  const { settings, state } = device;
  const simulated = String(device.simulated);
  const driver = labels.driver(settings.driver.model.name);
  const connection = labels.connection(device);
  census.states.add({ state, driver, simulated }, count);
  census.latched.add({ driver, simulated }, latched);
  census.waiting.add({ connection, simulated }, waiting);
  census.oldestSeconds.add({ connection, simulated }, oldestMs / 1000);
}
