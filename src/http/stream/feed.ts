import type { AlarmChange } from '../../alarms/alarm.ts';
import type { Clock } from '../../clock.ts';
import type { Lease, LeaseEvent } from '../../command/leases/lease.ts';
import type { Device } from '../../device/device.ts';
import type { DeviceEvent } from '../../device/settings.ts';
import type { CandidateView, DiscoveryEvent } from '../../discovery/discovery.ts';
import type { Evidence } from '../../driver/contract.ts';
import type { SimulatorHappening } from '../../simulation/simulators.ts';
import type { CommandRecord } from '../../store/record.ts';
import type { News, Stream } from '../../stream/index.ts';
import { alarmChangeView } from '../alarm-views.ts';
import { candidateView, deviceView, leaseView, readingView, timeOf } from '../views.ts';
import { commandNews, type Standing } from './command-news.ts';
import { ProgressRation } from './progress-ration.ts';
import { SimulatorRation } from './simulator-ration.ts';
import { UnderWay } from './under-way.ts';

export interface FeedParts {
  readonly stream: Pick<Stream, 'publish' | 'pass' | 'isHeard'>;
  readonly clock: Clock;
  readonly find: (id: string) => Device | undefined;
  readonly leaseOf: (device: string) => Lease | undefined;
  /** Undefined for one that is no longer known. */
  readonly candidateOf: (id: string) => CandidateView | undefined;
}

/** Devices that one entry of a simulator names. */
const maxNamed = 100;
/** Devices that are gone of which something may still be told. */
const maxGone = 1000;

/** What there is to be known of whom something is told about. */
type About = Pick<Device, 'labels' | 'simulated'>;

/** What happens in the service, made into what the stream tells: the same views as everywhere. */
export class Feed {
  readonly underWay = new UnderWay();
  readonly #parts: FeedParts;
  readonly #progress: ProgressRation;
  readonly #simulators: SimulatorRation;
  /** The ends of what was under way, of leases and alarms come after the device has gone. */
  readonly #gone = new Map<string, About>();

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#progress = new ProgressRation(parts.clock);
    this.#simulators = new SimulatorRation(parts.clock);
  }

  /** A device as it is, or as it was when it went. */
  about(id: string): About | undefined {
    return this.#parts.find(id) ?? this.#gone.get(id);
  }

  device(event: DeviceEvent): void {
    const { device, kind, name, data } = event;
    if (kind === 'removed') this.#went(device);
    // One that has been removed has a while left to go: its place may be another's by then.
    if (kind !== 'removed' && this.#parts.find(device.id) !== device) return;
    // Else a thousand devices that are polled would fill the ring with what everybody knows.
    if (event.repeats === true) return;
    if (kind === 'property' || kind === 'unread') return this.#property(device, name, event.cause);
    if (kind === 'event') {
      return this.#of(device, 'event', { device: device.id, name, data, at: this.#now, simulated: device.simulated });
    }
    if (kind === 'unmatched') return;
    this.#device(event);
    // What it told while it was not ready was not to be relied on yet.
    if (kind === 'state' && name === 'ready') this.#again(device);
  }

  /** Hears of a command each time that it was put on record. */
  command(record: CommandRecord): void {
    const ahead = record.state === 'queued' ? this.underWay.of(record.device).length : undefined;
    this.underWay.take(record);
    if (record.state === 'ended') this.#progress.forget(record.id);
    this.#command(record, ahead === undefined ? undefined : { position: ahead });
  }

  progress(record: CommandRecord, progress: Evidence): void {
    // Nothing is told that is not on record: it counts from when it is told to be sent.
    const told = this.underWay.find(record);
    if (told?.state === 'sent' && this.#progress.take(told.id)) this.#command(told, { progress });
  }

  lease({ kind, device: id }: LeaseEvent): void {
    const { find, leaseOf } = this.#parts;
    const device = find(id);
    const lease = leaseOf(id);
    const view = device === undefined || lease === undefined ? null : leaseView(device, lease);
    const { labels, simulated = false } = this.about(id) ?? {};
    const data = { device: id, change: kind, lease: view, at: this.#now, simulated };
    this.#parts.stream.publish({ type: 'lease', device: id, labels, data, isState: true });
  }

  simulator(happening: SimulatorHappening): void {
    if (!this.#simulators.take(happening)) return;
    const { connection, control, event } = happening;
    const devices = happening.devices().slice(0, maxNamed);
    const data = { connection, model: control.model, devices, event, at: this.#now, simulated: true };
    const others = devices.map((device) => ({ device, labels: this.#parts.find(device)?.labels ?? {} }));
    this.#parts.stream.publish({ type: 'simulator', others, data });
  }

  candidate({ kind, candidate: { id, simulated }, device }: DiscoveryEvent): void {
    const known = this.#parts.candidateOf(id);
    const view = known === undefined ? null : candidateView(known);
    const labels = device === undefined ? undefined : this.#parts.find(device)?.labels;
    const data = { change: kind, id, candidate: view, at: this.#now, simulated };
    this.#parts.stream.publish({ type: 'candidate', device, labels, data });
  }

  alarm(change: AlarmChange): void {
    const { device } = change.alarm;
    const { labels } = this.about(device) ?? {};
    // Whoever was told of it by labels that it had then hears that it is over.
    const others = change.labels && [{ device, labels: change.labels }];
    this.#parts.stream.publish({ type: 'alarm', device, labels, data: alarmChangeView(change), others });
  }

  get #now(): string | null {
    return timeOf(this.#parts.clock.now());
  }

  #property(device: Device, name: string, cause = device.readings.causeOf(name)): void {
    const { properties } = device.model;
    const spec = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (spec === undefined) return;
    const { stream } = this.#parts;
    if (!stream.isHeard) return stream.pass();
    this.#of(device, 'property', { device: device.id, ...readingView(device, name, spec), cause });
  }

  #went({ id, labels, simulated }: Device): void {
    this.#gone.delete(id);
    this.#gone.set(id, { labels, simulated });
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > maxGone && oldest !== undefined) this.#gone.delete(oldest);
  }

  #again(device: Device): void {
    for (const name of device.fresh()) this.#property(device, name);
  }

  #device({ device, kind, data }: DeviceEvent): void {
    const view = kind === 'removed' ? null : deviceView(device);
    const told = { device: device.id, change: kind, at: this.#now, view, simulated: device.simulated };
    if (kind !== 'labels') return this.#of(device, 'device', told);
    // Whoever asked for a label that it had hears that it has it no more.
    const { before } = data as { before: Device['labels'] }; // what a device tells with its new labels
    this.#of(device, 'device', told, [{ device: device.id, labels: before }]);
  }

  #command(record: CommandRecord, more?: Standing): void {
    const { stream } = this.#parts;
    if (!stream.isHeard) return stream.pass();
    const { labels } = this.about(record.device) ?? {};
    const data = commandNews(record, more);
    const isState = record.state !== 'ended';
    stream.publish({ type: 'command', device: record.device, labels, data, isState });
  }

  #of({ id, labels }: Device, type: News['type'], data: object, others?: News['others']): void {
    this.#parts.stream.publish({ type, device: id, labels, data, others, isState: type !== 'event' });
  }
}
