import { randomBytes as systemBytes } from 'node:crypto';
import { assert } from '../assert.ts';
import type { RandomBytes } from '../random-bytes.ts';
import type { Clock } from '../clock.ts';
import type { AnyDriver, Log } from '../driver/contract.ts';
import { effectiveModel } from '../driver/effective.ts';
import { maxErrors, pointerTo, validate } from '../driver/schema.ts';
import type { Model } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import { Device } from './device.ts';
import { Hush } from './hush.ts';
import type { DeviceLimits } from './limits.ts';
import { Link, type Opener } from './link.ts';
import { Models } from './models.ts';
import { Places, scoped } from './places.ts';
import type { DeviceEvent, DeviceParts, DeviceSettings } from './settings.ts';
import { Tallies } from './tallies.ts';

/** A log that can be narrowed to one device; pino's loggers can. */
export interface ParentLog extends Log {
  child(fields: object): Log;
}

/** Devices that are known and not there yet. Whoever has them adds them. */
export interface Absent {
  bring(id: string): Device | undefined;
  bringAll(): readonly Device[];
}

export interface RegistryParts {
  readonly drivers: readonly AnyDriver[];
  readonly clock: Clock;
  readonly random: () => number;
  /** For ids on the wire; the system's if absent. */
  readonly randomBytes?: RandomBytes;
  readonly log: ParentLog;
  readonly limits: DeviceLimits;
  /** Bound on the number of devices. */
  readonly maxDevices: number;
  readonly observe: (event: DeviceEvent) => void;
}

export interface NewDevice extends Omit<DeviceSettings, 'driver'> {
  readonly driver: string;
  /** Absent for transport `none`. */
  readonly connection: string | undefined;
  /** Who stopped it before, and why: it is stopped again as soon as it is there. */
  readonly latched?: string | undefined;
  /** What it described itself as before, for drivers whose devices do. */
  readonly remembered?: Model | undefined;
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
interface Holding {
  readonly drivers: ReadonlyMap<string, AnyDriver>;
  readonly links: ReadonlyMap<string, Link>;
  readonly devices: ReadonlyMap<string, Device>;
}

/** All devices and the connections they share. Both come and go at run time. */
export class Registry {
  /** What devices have done, by driver. */
  readonly tallies = new Tallies();
  readonly #parts: RegistryParts;
  #drivers: ReadonlyMap<string, AnyDriver>;
  readonly #models = new Models();
  #links = new Map<string, Link>();
  #devices = new Map<string, Device>();
  readonly #places = new Places();
  readonly #randomBytes: RandomBytes;
  #revision = 0;
  #stoppedAll = false;
  readonly #leaving = new Set<Device>();
  #absent: Absent | undefined;
  readonly #hush: Hush<DeviceEvent>;
  /** By the driver's name. */
  readonly #deviceParts = new WeakMap<Link, Map<string, DeviceParts>>();

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.#randomBytes = parts.randomBytes ?? systemBytes;
    this.#hush = new Hush((event) => parts.observe(event));
    this.#drivers = new Map(parts.drivers.map((driver) => [driver.model.name, driver]));
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

  find(id: string): Device | undefined {
    return this.#devices.get(id) ?? this.#absent?.bring(id);
  }

  /** Devices that are still to come, one after the other, and are there at once for whoever asks for them. */
  awaits(absent: Absent): void {
    this.#absent = absent;
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
    this.#links.set(name, this.#newLink(name, opener));
  }

  #newLink(name: string, opener: Opener): Link {
    const { clock, random, log, limits } = this.#parts;
    const randomBytes = this.#randomBytes;
    return new Link({ name, opener, clock, random, randomBytes, log, limits: limits.link });
  }

  /** Checks a device whole before it exists, and starts it. Never waits for it. */
  add(settings: NewDevice): Device {
    const latched = settings.latched ?? (this.#stoppedAll ? everything : undefined);
    const device = this.#admit(settings, latched);
    this.#revision++;
    this.#tell(device, 'added');
    device.start();
    return device;
  }

  #admit(settings: NewDevice, latched?: string): Device {
    if (this.find(settings.id) !== undefined) {
      throw new BellcrankError('device-exists', `there is a device ${settings.id} already`);
    }
    if (this.isFull) {
      throw new BellcrankError('device-limit', `${this.#parts.maxDevices} devices are the most; remove one first`);
    }
    const device = this.#build(settings);
    if (latched !== undefined) device.latch(latched);
    this.#devices.set(device.id, device);
    this.#places.put(device);
    return device;
  }

  /** Ids of no device yet are stopped as well: what is added while everything is stopped starts latched. */
  stopAll(): readonly Device[] {
    this.#stoppedAll = true;
    return this.sessions;
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

  releaseAll(isReleased: (id: string) => boolean = () => true): void {
    this.#stoppedAll = false;
    for (const device of this.devices) if (isReleased(device.id)) device.release();
  }

  assertRemovable({ id, latched }: Device): void {
    if (!latched) return;
    throw new BellcrankError('stopped', `device ${id} is stopped, and its latch would go with it; release it first`);
  }

  async remove(id: string, error: BellcrankError): Promise<void> {
    const device = this.get(id);
    this.assertRemovable(device);
    this.#devices.delete(id);
    this.#places.take(device);
    this.#revision++;
    this.#tell(device, 'removed');
    await this.#remove(device, error);
  }

  /** Throws what `replace` would. */
  check(settings: NewDevice): void {
    this.#build(settings);
  }

  /** Puts a device with other settings in the place of one, after checking them. */
  async replace(settings: NewDevice, error: BellcrankError): Promise<Device> {
    const before = this.get(settings.id);
    const device = this.#build({ ...settings, remembered: before.told });
    const latched = before.latchedBy ?? (this.#stoppedAll ? everything : undefined);
    if (latched !== undefined) device.latch(latched);
    this.#devices.set(device.id, device);
    this.#places.take(before);
    this.#places.put(device);
    this.#revision++;
    this.#tell(device, 'added');
    await this.#remove(before, error);
    // It may have been stopped, removed or replaced meanwhile.
    if (before.latchedBy !== undefined) device.latch(before.latchedBy);
    if (this.#devices.get(device.id) === device) device.start();
    return this.get(device.id);
  }

  /** Throws what keeps an exchange from being made; what is there is as it was. */
  prepare(exchange: Exchange): PreparedExchange {
    const before: Holding = { drivers: this.#drivers, links: this.#links, devices: this.#devices };
    const leaving = [...exchange.removed, ...exchange.replaced.map(({ id }) => id)].map((id) => this.get(id));
    for (const id of exchange.removed) this.assertRemovable(this.get(id));
    const after = this.#tried(exchange, leaving);
    const coming = [...exchange.replaced, ...exchange.added].map(({ id, latched }) => {
      const [device, predecessor] = [after.devices.get(id), before.devices.get(id)];
      assert(device !== undefined, 'a device that comes is there');
      return { device, predecessor, latched: predecessor === undefined ? latched : predecessor.latchedBy };
    });
    return { commit: (error) => this.#commit(before, after, { leaving, coming }, error) };
  }

  /** What there would be. */
  #tried({ drivers, replaced, added, openers, dropped }: Exchange, leaving: readonly Device[]): Holding {
    const before = { drivers: this.#drivers, links: this.#links, devices: this.#devices };
    const coming: Device[] = [];
    try {
      this.#drivers = new Map([...before.drivers, ...drivers.map((driver) => [driver.model.name, driver] as const)]);
      this.#links = new Map([...before.links, ...Array.from(openers, ([name, opener]) => this.#named(name, opener))]);
      for (const name of dropped) this.#links.delete(name);
      this.#devices = new Map(before.devices);
      for (const device of leaving) {
        this.#devices.delete(device.id);
        this.#places.take(device);
      }
      for (const settings of [...replaced, ...added]) {
        const remembered = settings.remembered ?? before.devices.get(settings.id)?.told;
        coming.push(this.#admit({ ...settings, remembered }));
      }
      return { drivers: this.#drivers, links: this.#links, devices: this.#devices };
    } finally {
      for (const device of coming) this.#places.take(device);
      for (const device of leaving) this.#places.put(device);
      [this.#drivers, this.#links, this.#devices] = [before.drivers, before.links, before.devices];
    }
  }

  #named(name: string, opener: Opener): [string, Link] {
    return [name, this.#newLink(name, opener)];
  }

  async #commit(before: Holding, after: Holding, { leaving, coming }: Moving, error: BellcrankError): Promise<void> {
    for (const { device, latched } of coming) {
      const by = latched ?? (this.#stoppedAll ? everything : undefined);
      if (by !== undefined) device.latch(by);
    }
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
      // It may have been stopped, removed or replaced meanwhile.
      if (predecessor?.latchedBy !== undefined && !device.latched) device.latch(predecessor.latchedBy);
      if (this.#devices.get(device.id) === device) device.start();
    });
    await Promise.all([...started, ...closed.values(), ...gone.map(({ over }) => over)]);
  }

  /** Why a driver cannot take the place of the one of its name: what its devices are configured with must fit it. */
  objections(next: AnyDriver): string[] {
    return this.#devicesOf(next).flatMap(({ id, settings }) => {
      const problems = restrictionProblems(next, settings);
      return [
        ...validate(next.options, settings.options, '/options').map(({ pointer, detail }) => `${pointer} ${detail}`),
        ...problems.map(({ path, detail }) => `${path.join('.')} ${detail}`),
      ].map((objection) => `device ${id}: ${objection}`);
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

  /** What was under way has had its time: it is aborted. */
  async close(error: BellcrankError): Promise<void> {
    await Promise.all(this.devices.map((device) => device.remove(error, 0)));
    await Promise.all(this.connections.map((link) => link.stop()));
  }

  #build({ latched: _, remembered, ...settings }: NewDevice): Device {
    const driver = this.#driver(settings.driver);
    const link = this.#link(settings, driver);
    const problems = restrictionProblems(driver, settings);
    const errors = [
      ...validate(driver.options, settings.options, '/options'),
      ...problems.map(({ path, detail }) => ({ pointer: path.reduce(pointerTo, ''), detail })),
    ].slice(0, maxErrors);
    const [first] = errors;
    if (first !== undefined) {
      throw new BellcrankError('invalid-request', `${first.pointer} ${first.detail}`, { errors });
    }
    this.#checkPlace(settings, link, driver);
    return new Device({ ...settings, driver }, this.#partsOn(link, driver.model.name), remembered);
  }

  /** One for all devices of a driver on a link. */
  #partsOn(link: Link, driver: string): DeviceParts {
    const ofLink = this.#deviceParts.get(link) ?? new Map<string, DeviceParts>();
    const known = ofLink.get(driver);
    if (known !== undefined) return known;
    const { clock, random, log, limits } = this.#parts;
    const parts: DeviceParts = {
      link,
      clock,
      random,
      randomBytes: this.#randomBytes,
      log,
      limits,
      models: this.#models,
      tally: this.tallies.of(driver, link.opener.simulated),
      observe: (event) => this.#observe(event),
      hush: () => this.#hush.begin(),
    };
    this.#deviceParts.set(link, ofLink.set(driver, parts));
    return parts;
  }

  /** One piece of hardware is one device: a second one would get round its limits, its lane and its latch. */
  #checkPlace({ id, options, enabled }: NewDevice, link: Link, driver: AnyDriver): void {
    if (!enabled || link.opener.shape === 'none') return;
    const place = driver.address?.(options);
    const taken = this.#places.taken(link.name, scoped(place, driver, link.opener.shape), id);
    if (taken === undefined) return;
    const what = place === undefined || place === '' ? 'the connection' : `${place} on the connection`;
    throw new BellcrankError('connection-taken', `device ${taken.id} has ${what} ${link.name} already`, {
      errors: [{ pointer: '/connection', detail: `is taken by ${taken.id}` }],
    });
  }

  #driver(name: string): AnyDriver {
    const driver = this.#drivers.get(name);
    if (driver !== undefined) return driver;
    throw new BellcrankError(
      'driver-not-found',
      `there is no driver ${JSON.stringify(name)}; GET /v1/models lists them`,
      {
        errors: [{ pointer: '/driver', detail: `must be one of ${[...this.#drivers.keys()].join(', ')}` }],
      },
    );
  }

  #link({ connection, id }: NewDevice, driver: AnyDriver): Link {
    if (connection === undefined) return this.#localLink(id, driver);
    const link = this.#links.get(connection);
    if (link === undefined) {
      const known = [...this.#links.keys()].join(', ');
      throw new BellcrankError('connection-not-found', `there is no connection ${JSON.stringify(connection)}`, {
        errors: [{ pointer: '/connection', detail: `must be one of ${known}` }],
      });
    }
    if (!fits(driver, link.opener)) throw misfit(driver, link.opener);
    return link;
  }

  /** For drivers without a connection: always open. */
  #localLink(id: string, driver: AnyDriver): Link {
    const opener: Opener = {
      transport: 'none',
      shape: 'none',
      label: 'none',
      simulated: false,
      open: () => Promise.resolve(null),
    };
    if (!fits(driver, opener)) throw misfit(driver, opener);
    const { clock, random, log, limits } = this.#parts;
    return new Link({ name: id, opener, clock, random, log, limits: limits.link });
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
    readonly latched: string | undefined;
  }[];
}

/** A device as it would be made again. */
export function asNew({ settings, labels, connectionName }: Device): NewDevice {
  const connection = settings.driver.transports.includes('none') ? undefined : connectionName;
  return { ...settings, labels, driver: settings.driver.model.name, connection };
}

/** What a device that describes itself can do is not known yet: its limits are checked when it does. */
function restrictionProblems(driver: AnyDriver, { restrictions }: Pick<DeviceSettings, 'restrictions'>) {
  return driver.selfDescribing === true ? [] : effectiveModel(driver.model, restrictions).problems;
}

const everything = 'a stop of everything';

const shapes = { serial: 'bytes', tcp: 'bytes', mqtt: 'messages', none: 'none' } as const;

/** Whether a driver speaks what a connection carries; memory stands for any transport of its shape. */
export function fits(driver: AnyDriver, opener: Opener): boolean {
  return driver.transports.some((transport) =>
    opener.transport === 'memory' ? shapes[transport] === opener.shape : transport === opener.transport,
  );
}

function misfit(driver: AnyDriver, opener: Opener): BellcrankError {
  const detail = `driver ${driver.model.name} speaks ${driver.transports.join(' or ')}, not ${opener.transport}`;
  return new BellcrankError('invalid-request', detail, { errors: [{ pointer: '/connection', detail }] });
}
