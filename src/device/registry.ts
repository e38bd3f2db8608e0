import { assert } from '../assert.ts';
import type { AnyDriver } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import { Builder, type Materials, objectionsOf, type Stock } from './builder.ts';
import type { Device } from './device.ts';
import { Hush } from './hush.ts';
import type { Link, Opener } from './link.ts';
import { Places, scoped } from './places.ts';
import type { DeviceEvent, NewDevice } from './settings.ts';
import { Tallies } from './tallies.ts';

/** Devices that are known and not there yet. Whoever has them adds them. */
export interface Absent {
  bring(id: string): Device | undefined;
  bringAll(): readonly Device[];
}

export interface RegistryParts extends Materials {
  readonly drivers: readonly AnyDriver[];
  /** Bound on the number of devices. */
  readonly maxDevices: number;
  readonly observe: (event: DeviceEvent) => void;
}

/** What becomes of devices and connections when the configuration is another one. */
export interface Exchange {
  /** Beside those that are there. */
  readonly drivers: readonly AnyDriver[];
  readonly removed: readonly string[];
  /** Take the place of those of the same ids. */
  readonly replaced: readonly NewDevice[];
  readonly added: readonly NewDevice[];
  /** Of connections that are new or lead elsewhere; every device that is on one of those is among the others. */
  readonly openers: ReadonlyMap<string, Opener>;
  /** Connections that nobody is on any more. */
  readonly dropped: readonly string[];
}

/** An exchange that has been checked whole. */
export interface PreparedExchange {
  /** In one go; nothing may have changed since. Resolves when what went has gone. */
  commit(error: BellcrankError): Promise<void>;
}

/** What a registry holds. */
interface Holding extends Stock {
  readonly devices: ReadonlyMap<string, Device>;
}

/** All devices and the connections they share. Both come and go at run time. */
export class Registry {
  /** What devices have done, by driver. */
  readonly tallies = new Tallies();
  readonly #parts: RegistryParts;
  #drivers: ReadonlyMap<string, AnyDriver>;
  #links = new Map<string, Link>();
  #devices = new Map<string, Device>();
  readonly #places = new Places();
  #revision = 0;
  readonly #leaving = new Set<Device>();
  #absent: Absent | undefined;
  #latchOf: (id: string) => string | undefined = () => undefined;
  readonly #hush: Hush<DeviceEvent>;
  readonly #builder: Builder;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.#hush = new Hush((event) => parts.observe(event));
    this.#drivers = new Map(parts.drivers.map((driver) => [driver.model.name, driver]));
    this.#builder = new Builder({
      ...parts,
      tallies: this.tallies,
      places: this.#places,
      observe: (event) => this.#observe(event),
      hush: () => this.#hush.begin(),
    });
  }

  /** Changes whenever a device does, what one can do, or its labels, by which callers see it. */
  get revision(): number {
    return this.#revision;
  }
  get devices(): readonly Device[] {
    return [...this.#devices.values()];
  }
  get drivers(): readonly AnyDriver[] {
    return [...this.#drivers.values()];
  }
  get connections(): readonly Link[] {
    return [...this.#links.values()];
  }

  get #holding(): Holding {
    return { drivers: this.#drivers, links: this.#links, devices: this.#devices };
  }

  find(id: string): Device | undefined {
    return this.#devices.get(id) ?? this.#absent?.bring(id);
  }

  /** Devices that are still to come, one after the other, and are there at once for whoever asks for them. */
  awaits(absent: Absent): void {
    this.#absent = absent;
  }

  /** Who stopped an id, and why, if it is stopped: a device that is made starts so. */
  latches(latchOf: (id: string) => string | undefined): void {
    this.#latchOf = latchOf;
  }

  /** However a device comes to be: it takes over the latch of the one in whose place it is, or what is on record. */
  #latch(device: Device, predecessor?: Device): void {
    const by = predecessor?.latchedBy ?? this.#latchOf(device.id);
    if (by !== undefined) device.latch(by);
  }

  /** Has all come that are still to come, and returns them. */
  complete(): readonly Device[] {
    return this.#absent?.bringAll() ?? [];
  }

  get(id: string): Device {
    const device = this.find(id);
    if (device !== undefined) return device;
    throw new BellcrankError(
      'device-not-found',
      `there is no device ${JSON.stringify(id.slice(0, 64))}; GET /v1/devices lists them`,
    );
  }

  /** The device that a driver's options mean, if it is there, enabled or not. */
  at(connection: string, driver: string, place: string | undefined): Device | undefined {
    const shape = this.connection(connection)?.opener.shape ?? 'none';
    const its = scoped(place, { model: { name: driver } }, shape);
    return this.#places.find(connection, its, ({ settings }) => settings.driver.model.name === driver);
  }

  connection(name: string): Link | undefined {
    return this.#links.get(name);
  }

  driver(name: string): AnyDriver | undefined {
    return this.#drivers.get(name);
  }

  /** The most devices that there may be. */
  get isFull(): boolean {
    return this.#devices.size >= this.#parts.maxDevices;
  }

  addConnection(name: string, opener: Opener): void {
    this.#links.set(name, this.#builder.link(name, opener));
  }

  /** Checks a device whole before it exists, and starts it. Never waits for it. */
  add(settings: NewDevice): Device {
    this.#assertNew(settings.id, this.find(settings.id), this.#devices.size);
    const device = this.#builder.device(settings, this.#holding);
    this.#latch(device);
    this.#devices.set(device.id, device);
    this.#places.put(device);
    this.#revision++;
    this.#tell(device, 'added');
    device.start();
    return device;
  }

  #assertNew(id: string, there: Device | undefined, count: number): void {
    if (there !== undefined) throw new BellcrankError('device-exists', `there is a device ${id} already`);
    const { maxDevices } = this.#parts;
    if (count < maxDevices) return;
    throw new BellcrankError('device-limit', `${maxDevices} devices are the most; remove one first`);
  }

  /** All that can still be stopped: those on their way out, too. */
  get sessions(): readonly Device[] {
    return [...this.devices, ...this.#leaving];
  }

  /** Every session that an id still has: a device on its way out is stopped, too. */
  toStop(id: string): readonly Device[] {
    const leaving = [...this.#leaving].filter((device) => device.id === id);
    const device = this.find(id);
    if (device !== undefined) return [device, ...leaving];
    return leaving.length > 0 ? leaving : [this.get(id)];
  }

  assertRemovable({ id, latched }: Device): void {
    if (!latched) return;
    throw new BellcrankError('stopped', `device ${id} is stopped, and its latch would go with it; release it first`);
  }

  async remove(id: string, error: BellcrankError): Promise<void> {
    const device = this.get(id);
    this.assertRemovable(device);
    await this.withdraw(device, error);
  }

  /** Takes away what has come to nothing, stopped or not. */
  async withdraw(device: Device, error: BellcrankError): Promise<void> {
    this.#devices.delete(device.id);
    this.#places.take(device);
    this.#revision++;
    this.#tell(device, 'removed');
    await this.#remove(device, error);
  }

  /** Throws what `replace` would, and keeps the place for it until what is returned is called. */
  hold(settings: NewDevice): () => void {
    const device = this.#builder.device(settings, this.#holding);
    this.#places.put(device);
    return () => this.#places.take(device);
  }

  /** Puts a device with other settings in the place of one, after checking them. */
  async replace(settings: NewDevice, error: BellcrankError): Promise<Device> {
    const before = this.get(settings.id);
    const device = this.#builder.device({ ...settings, remembered: before.told }, this.#holding);
    this.#latch(device, before);
    this.#devices.set(device.id, device);
    this.#places.take(before);
    this.#places.put(device);
    this.#revision++;
    this.#tell(device, 'added');
    await this.#remove(before, error);
    // It may have been removed or replaced meanwhile. A stop meant both, and a release this one.
    if (this.#devices.get(device.id) === device) device.start();
    return this.get(device.id);
  }

  /** Throws what keeps an exchange from being made; what is there is as it was. */
  prepare(exchange: Exchange): PreparedExchange {
    const leaving = [...exchange.removed, ...exchange.replaced.map(({ id }) => id)].map((id) => this.get(id));
    for (const id of exchange.removed) this.assertRemovable(this.get(id));
    const before = this.#holding;
    const after = this.#tried(before, exchange, leaving);
    const coming = [...exchange.replaced, ...exchange.added].map(({ id }) => {
      const device = after.devices.get(id);
      assert(device !== undefined, 'a device that comes is there');
      return { device, predecessor: before.devices.get(id) };
    });
    return { commit: (error) => this.#commit(before, after, { leaving, coming }, error) };
  }

  /** What there would be. */
  #tried(
    before: Holding,
    { drivers, replaced, added, openers, dropped }: Exchange,
    leaving: readonly Device[],
  ): Holding {
    const links = new Map(before.links);
    for (const [name, opener] of openers) links.set(name, this.#builder.link(name, opener));
    for (const name of dropped) links.delete(name);
    const stock = {
      drivers: new Map([...before.drivers, ...drivers.map((driver) => [driver.model.name, driver] as const)]),
      links,
    };
    const devices = new Map(before.devices);
    const coming: Device[] = [];
    try {
      for (const device of leaving) {
        devices.delete(device.id);
        this.#places.take(device);
      }
      for (const settings of [...replaced, ...added]) {
        const { id, remembered = before.devices.get(id)?.told } = settings;
        this.#assertNew(id, devices.get(id), devices.size);
        const device = this.#builder.device({ ...settings, remembered }, stock);
        coming.push(device);
        devices.set(id, device);
        this.#places.put(device);
      }
      return { ...stock, devices };
    } finally {
      for (const device of coming) this.#places.take(device);
      for (const device of leaving) this.#places.put(device);
    }
  }

  async #commit(before: Holding, after: Holding, { leaving, coming }: Moving, error: BellcrankError): Promise<void> {
    for (const { device, predecessor } of coming) this.#latch(device, predecessor);
    [this.#drivers, this.#links, this.#devices] = [after.drivers, new Map(after.links), new Map(after.devices)];
    for (const device of leaving) this.#places.take(device);
    for (const { device } of coming) this.#places.put(device);
    this.#revision++;
    for (const device of leaving) if (!this.#devices.has(device.id)) this.#tell(device, 'removed');
    for (const { device } of coming) this.#tell(device, 'added');
    const gone = leaving.map((device) => ({ line: device.connectionName, over: this.#remove(device, error) }));
    const others = [...before.links.values()].filter((link) => this.#links.get(link.name) !== link);
    const closed = new Map(
      others.map((link) => {
        const left = gone.filter(({ line }) => line === link.name).map(({ over }) => over);
        return [link.name, Promise.all(left).then(() => link.stop())];
      }),
    );
    const started = coming.map(async ({ device, predecessor }) => {
      const own = leaving.indexOf(predecessor as Device); // -1 where there is none
      await Promise.all([gone[own]?.over, closed.get(device.connectionName)]);
      // It may have been removed or replaced meanwhile.
      if (this.#devices.get(device.id) === device) device.start();
    });
    await Promise.all([...started, ...closed.values(), ...gone.map(({ over }) => over)]);
  }

  /** Why a driver cannot take the place of the one of its name: what its devices are configured with must fit it. */
  objections(next: AnyDriver): string[] {
    return this.#devicesOf(next).flatMap(({ id, settings }) => {
      return objectionsOf(next, settings).map((objection) => `device ${id}: ${objection}`);
    });
  }

  /** A driver has become another behind the same name: its devices are attached anew, each when it has nothing under way. */
  async renew(driver: AnyDriver): Promise<void> {
    this.#revision++;
    const devices = this.#devicesOf(driver);
    for (const device of devices) {
      this.#places.take(device);
      this.#places.put(device);
    }
    await Promise.all(devices.map((device) => device.renew()));
  }

  #devicesOf({ model }: AnyDriver): readonly Device[] {
    return this.devices.filter(({ settings }) => settings.driver.model.name === model.name);
  }

  async #remove(device: Device, error: BellcrankError): Promise<void> {
    this.#leaving.add(device);
    await device.remove(error).finally(() => this.#leaving.delete(device));
  }

  /** What was under way has had its time: it is aborted. Whoever is on their way out would have their line opened again. */
  async close(error: BellcrankError): Promise<void> {
    await Promise.all(this.sessions.map((device) => device.remove(error, 0)));
    await Promise.all(this.connections.map((link) => link.stop()));
  }

  #tell(device: Device, kind: 'added' | 'removed'): void {
    this.#hush.tell({ device, kind, name: kind, data: undefined });
  }

  #observe(event: DeviceEvent): void {
    if (event.kind === 'model' || event.kind === 'labels') this.#revision++;
    this.#hush.tell(event);
  }
}

/** Devices that go, and those that come, some of them in the place of one that goes. */
interface Moving {
  readonly leaving: readonly Device[];
  readonly coming: readonly {
    readonly device: Device;
    readonly predecessor: Device | undefined;
  }[];
}

/** A device as it would be made again. */
export function asNew({ settings, labels, connectionName }: Device): NewDevice {
  const connection = settings.driver.transports.includes('none') ? undefined : connectionName;
  return { ...settings, labels, driver: settings.driver.model.name, connection };
}
