import type { Clock } from '../clock.ts';
import type { AnyDriver, Log } from '../driver/contract.ts';
import { effectiveModel } from '../driver/effective.ts';
import { validate } from '../driver/schema.ts';
import { BellcrankError } from '../errors.ts';
import { Device, type DeviceEvent, type DeviceSettings } from './device.ts';
import type { DeviceLimits } from './limits.ts';
import { Link, type Opener } from './link.ts';

/** A log that can be narrowed to one device; pino's loggers can. */
export interface ParentLog extends Log {
  child(fields: object): Log;
}

export interface RegistryParts {
  readonly drivers: readonly AnyDriver[];
  readonly clock: Clock;
  readonly random: () => number;
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
}

/** All devices and the connections they share. Devices come and go at run time; connections come from the configuration. */
export class Registry {
  readonly #parts: RegistryParts;
  readonly #drivers: ReadonlyMap<string, AnyDriver>;
  readonly #links = new Map<string, Link>();
  readonly #devices = new Map<string, Device>();
  #revision = 0;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.#drivers = new Map(parts.drivers.map((driver) => [driver.model.name, driver]));
  }

  /** Changes whenever a device, or what one can do, does. */
  get revision(): number {
    return this.#revision;
  }
  get devices(): readonly Device[] {
    return [...this.#devices.values()];
  }
  get drivers(): readonly AnyDriver[] {
    return this.#parts.drivers;
  }
  get connections(): readonly Link[] {
    return [...this.#links.values()];
  }

  find(id: string): Device | undefined {
    return this.#devices.get(id);
  }

  get(id: string): Device {
    const device = this.find(id);
    if (device !== undefined) return device;
    throw new BellcrankError(
      'device-not-found',
      `there is no device ${JSON.stringify(id.slice(0, 64))}; GET /v1/devices lists them`,
    );
  }

  addConnection(name: string, opener: Opener): void {
    const { clock, random, log, limits } = this.#parts;
    this.#links.set(name, new Link({ name, opener, clock, random, log, limits: limits.link }));
  }

  /** Checks a device whole before it exists, and starts it. Never waits for it. */
  add(settings: NewDevice): Device {
    if (this.#devices.has(settings.id)) {
      throw new BellcrankError('device-exists', `there is a device ${settings.id} already`);
    }
    if (this.#devices.size >= this.#parts.maxDevices) {
      throw new BellcrankError('overloaded', `${this.#parts.maxDevices} devices are the most that are allowed`);
    }
    const device = this.#build(settings);
    this.#devices.set(device.id, device);
    this.#revision++;
    device.start();
    return device;
  }

  async remove(id: string, error: BellcrankError): Promise<void> {
    const device = this.get(id);
    this.#devices.delete(id);
    this.#revision++;
    await device.remove(error);
  }

  /** Puts a device with other settings in the place of one, after checking them. */
  async replace(settings: NewDevice, error: BellcrankError): Promise<Device> {
    const before = this.get(settings.id);
    const device = this.#build(settings);
    if (before.latched) device.latch();
    this.#devices.set(device.id, device);
    this.#revision++;
    await before.remove(error);
    device.start();
    return device;
  }

  async close(error: BellcrankError): Promise<void> {
    await Promise.all(this.devices.map((device) => device.remove(error)));
    await Promise.all(this.connections.map((link) => link.stop()));
  }

  #build(settings: NewDevice): Device {
    const driver = this.#driver(settings.driver);
    const link = this.#link(settings, driver);
    const { problems } = effectiveModel(driver.model, settings.restrictions);
    const errors = [
      ...validate(driver.options, settings.options, '/options'),
      ...problems.map(({ path, detail }) => ({ pointer: `/${path.join('/')}`, detail })),
    ];
    if (errors.length > 0) throw new BellcrankError('invalid-request', 'the device is not valid', { errors });
    const { clock, random, log, limits } = this.#parts;
    const fields = link.opener.simulated ? { device: settings.id, simulated: true } : { device: settings.id };
    const observe = (event: DeviceEvent): void => this.#observe(event);
    return new Device({ ...settings, driver }, { link, clock, random, log: log.child(fields), limits, observe });
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

  #observe(event: DeviceEvent): void {
    if (event.kind === 'model') this.#revision++;
    this.#parts.observe(event);
  }
}

const shapes = { serial: 'bytes', tcp: 'bytes', mqtt: 'messages', none: 'none' } as const;

/** Memory stands for any transport of its shape. */
function fits(driver: AnyDriver, opener: Opener): boolean {
  return driver.transports.some((transport) =>
    opener.transport === 'memory' ? shapes[transport] === opener.shape : transport === opener.transport,
  );
}

function misfit(driver: AnyDriver, opener: Opener): BellcrankError {
  const detail = `driver ${driver.model.name} speaks ${driver.transports.join(' or ')}, not ${opener.transport}`;
  return new BellcrankError('invalid-request', detail, { errors: [{ pointer: '/connection', detail }] });
}
