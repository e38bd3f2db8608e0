import type { AlarmsSnapshot, CommandChange, DeviceSnapshot, StreamEvent } from '../../client/index.ts';
import { AlarmList } from './alarm-list.ts';
import { CommandList } from './command-list.ts';
import { Slot } from './slot.ts';
import { Topics } from './topics.ts';
import type { AlarmView, Connection, ConnectionState, DeviceView, LiveDevice } from './types.ts';

export interface StoreParts {
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Calls back once, soon: how often the page is rendered. */
  readonly schedule: (flush: () => void) => void;
}

/** What bumps when something happened that is not kept here, `back` when the service is: whoever shows it asks anew. */
export type Counter = 'simulator' | 'candidate' | 'gap' | 'back';

/** The lab as the stream tells it. Whoever reads gets the same object until something has changed. */
export class LiveStore {
  readonly topics: Topics;
  readonly #now: () => number;
  readonly #slots = new Map<string, Slot>();
  readonly #dirty = new Set<string>();
  readonly #commands = new Map<string, CommandList>([['', new CommandList()]]);
  readonly #alarms = new AlarmList();
  readonly #counts = new Map<Counter, number>();
  /** The devices of a snapshot that is coming in. */
  #coming: Set<string> | undefined;
  #devices: readonly LiveDevice[] | undefined;
  #views: readonly DeviceView[] | undefined;
  #connection: Connection;
  #lastEventId: number | undefined;

  constructor({ now, schedule }: StoreParts) {
    this.#now = now;
    this.#connection = { state: 'connecting', since: now() };
    this.topics = new Topics((flush) =>
      schedule(() => {
        this.#refresh();
        flush();
      }),
    );
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Where a stream goes on, once everything is known. */
  get lastEventId(): number | undefined {
    return this.#lastEventId;
  }

  /** By id. */
  get devices(): readonly LiveDevice[] {
    this.#devices ??= this.#sorted().map(({ device }) => device);
    return this.#devices;
  }

  /** By id; another list only when a device came, went, or changed its state. */
  get views(): readonly DeviceView[] {
    this.#views ??= this.#sorted().map(({ device }) => device.view);
    return this.#views;
  }

  get alarms(): readonly AlarmView[] {
    return this.#alarms.items;
  }

  device(id: string): LiveDevice | undefined {
    return this.#slots.get(id)?.device;
  }

  /** All of them, or those of one device that is followed (`followCommands`). */
  commands(device = ''): readonly CommandChange[] {
    return this.#commands.get(device)?.items ?? none;
  }

  count(counter: Counter): number {
    return this.#counts.get(counter) ?? 0;
  }

  /** Keeps the commands of one device, however many others there are. */
  followCommands(device: string): void {
    if (!this.#commands.has(device)) this.#commands.set(device, new CommandList());
  }

  forgetCommands(device: string): void {
    if (device !== '') this.#commands.delete(device);
  }

  connected(state: ConnectionState, detail?: string): void {
    if (state !== 'live') this.#coming = undefined;
    if (this.#connection.state === state && this.#connection.detail === detail) return;
    if (state === 'live' && this.#connection.state === 'lost') this.#bump('back');
    const since = this.#connection.state === state ? this.#connection.since : this.#now();
    this.#connection = { state, since, ...(detail === undefined ? {} : { detail }) };
    this.topics.changed('connection');
  }

  apply(event: StreamEvent): void {
    this.#take(event);
    if (event.id !== undefined) this.#lastEventId = event.id;
  }

  /** Commands that were asked for, not told. */
  loaded(commands: readonly CommandChange[], device?: string): void {
    for (const command of commands) this.#command(command, device);
  }

  keepOnly(device: string, properties: ReadonlySet<string>): void {
    this.#change(device, (slot) => slot.keepOnly(properties));
  }

  #take(event: StreamEvent): void {
    switch (event.type) {
      case 'snapshot':
        return this.#snapshot(event.data);
      case 'synced':
        return this.#synced();
      case 'gap':
        return this.#bump('gap');
      case 'property':
        return this.#change(event.data.device, (slot) => slot.property(event.data));
      case 'event':
        return this.#change(event.data.device, (slot) => slot.event(event.data));
      case 'lease':
        return this.#change(event.data.device, (slot) => (slot.lease = event.data.lease));
      case 'device':
        return this.#view(event.data.device, event.data.view);
      case 'command':
        return this.#command(event.data);
      case 'alarm':
        this.#alarms.put(event.data.alarm);
        return this.topics.changed('alarms');
      case 'simulator':
      case 'candidate':
        return this.#bump(event.type);
      default:
        // A newer service may tell more than this page knows.
        return undefined;
    }
  }

  #snapshot(snapshot: DeviceSnapshot | AlarmsSnapshot): void {
    if (snapshot.kind === 'alarms') {
      this.#alarms.reset(snapshot.alarms);
      return this.topics.changed('alarms');
    }
    const { id } = snapshot.device;
    this.#coming ??= new Set();
    this.#coming.add(id);
    const slot = this.#slots.get(id);
    if (slot === undefined) this.#slots.set(id, new Slot(snapshot, this.#now));
    else slot.reset(snapshot);
    for (const command of snapshot.commands) this.#command(command);
    this.#changed(id, true);
  }

  /** What the snapshot did not name is gone. */
  #synced(): void {
    const known = this.#coming ?? new Set();
    this.#coming = undefined;
    for (const id of this.#slots.keys()) if (!known.has(id)) this.#remove(id);
    this.connected('live');
    this.topics.changed('list');
  }

  #view(id: string, view: DeviceView | null): void {
    if (view === null) return this.#remove(id);
    const slot = this.#slots.get(id);
    if (slot === undefined) {
      const kind = 'device';
      const { simulated } = view;
      const nothing = { kind, properties: [], lease: null, commands: [], simulated } as const;
      this.#slots.set(id, new Slot({ ...nothing, device: view }, this.#now));
    } else slot.view = view;
    this.#coming?.add(id);
    this.#changed(id, true);
  }

  #remove(id: string): void {
    this.#slots.delete(id);
    this.#changed(id, true);
  }

  #change(id: string, change: (slot: Slot) => void): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    change(slot);
    this.#changed(id, false);
  }

  #changed(id: string, inList: boolean): void {
    this.#dirty.add(id);
    this.topics.changed(`device:${id}`);
    this.topics.changed('devices');
    if (inList) this.topics.changed('list');
  }

  #command(command: CommandChange, only?: string): void {
    for (const device of only === undefined ? ['', command.device] : [only]) {
      const list = this.#commands.get(device);
      list?.put(command);
      list?.tidy();
      if (list !== undefined) this.topics.changed(`commands:${device}`);
    }
  }

  #bump(counter: Counter): void {
    this.#counts.set(counter, this.count(counter) + 1);
    this.topics.changed(counter);
  }

  #refresh(): void {
    if (this.#dirty.size === 0) return;
    for (const id of this.#dirty) this.#slots.get(id)?.refresh();
    this.#dirty.clear();
    this.#devices = undefined;
    const views = this.#sorted().map(({ device }) => device.view);
    const same = views.length === this.#views?.length && views.every((view, index) => view === this.#views?.[index]);
    if (!same) this.#views = views;
  }

  #sorted(): readonly Slot[] {
    return [...this.#slots].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slot]) => slot);
  }
}

const none: readonly CommandChange[] = [];
