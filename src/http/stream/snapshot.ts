import type { Device } from '../../device/device.ts';
import { concerns, type StreamEntry, type StreamFilter } from '../../stream/index.ts';
import type { Services } from '../routes.ts';
import { alarmView } from '../alarm-views.ts';
import { commandView, deviceView, leaseView, readingView } from '../views.ts';
import type { Access } from './access.ts';

type Sources = Pick<Services, 'registry' | 'leases' | 'feed' | 'stream' | 'alarms'>;

/** Devices that are written in one go: others have their turn in between. */
const atOnce = 25;

/** Alarms that a snapshot tells at most: the newest. */
const maxAlarms = 1000;

/** How things stand, device by device, each at a moment of its own. */
export class Snapshot {
  readonly #sources: Sources;
  readonly #filter: StreamFilter;
  readonly #access: Access;
  /** Where the stream stood when each device was written. */
  readonly #writtenAt = new Map<string, number>();

  constructor(sources: Sources, filter: StreamFilter, access: Access) {
    this.#sources = sources;
    this.#filter = filter;
    this.#access = access;
  }

  /** How many devices there were. */
  get size(): number {
    return this.#writtenAt.size;
  }

  /** The alarms that somebody still has to see, for whoever hears of alarms. */
  get alarms(): object | undefined {
    const { types } = this.#filter;
    if (types !== undefined && !types.has('alarm')) return undefined;
    const about = (device: string): boolean => {
      const labels = this.#sources.registry.find(device)?.labels ?? {};
      return concerns(this.#filter, { device, labels }) && this.#may('alarm', device, labels);
    };
    const { items } = this.#sources.alarms.list({ open: true, about, limit: maxAlarms });
    return { kind: 'alarms', alarms: items.map(alarmView) };
  }

  /** Some devices at a time, as they stand when they are asked for. */
  *chunks(): Generator<readonly object[]> {
    const { registry, stream } = this.#sources;
    const ids = registry.devices.map(({ id }) => id).sort();
    for (let from = 0; from < ids.length; from += atOnce) {
      const views: object[] = [];
      for (const id of ids.slice(from, from + atOnce)) {
        // It may have gone, or have other labels, since the snapshot began.
        const device = registry.find(id);
        if (device === undefined || !this.#isWanted(device)) continue;
        this.#writtenAt.set(id, stream.lastId);
        views.push(this.#view(device));
      }
      if (views.length > 0) yield views;
    }
  }

  /** Whether an entry is of before its device was written, and told with it. What is no state is never told with it. */
  readonly covers = ({ id, device, isState }: StreamEntry): boolean => {
    return isState && device !== undefined && id <= (this.#writtenAt.get(device) ?? 0);
  };

  #isWanted({ id, labels }: Device): boolean {
    if (!concerns(this.#filter, { device: id, labels })) return false;
    return this.#may('device', id, labels);
  }

  #view(device: Device): object {
    const { feed, leases } = this.#sources;
    const { id, labels, model, simulated } = device;
    const lease = leases.get(id);
    const properties = Object.entries(model.properties);
    return {
      kind: 'device',
      device: deviceView(device),
      properties: this.#may('property', id, labels)
        ? properties.map(([name, spec]) => readingView(device, name, spec))
        : [],
      lease: lease !== undefined && this.#may('lease', id, labels) ? leaseView(device, lease) : null,
      commands: this.#may('command', id, labels) ? feed.underWay.of(id).map(commandView) : [],
      simulated,
    };
  }

  #may(type: StreamEntry['type'], device: string, labels: Device['labels']): boolean {
    return this.#access.may({ type, subjects: [{ device, labels }] });
  }
}
