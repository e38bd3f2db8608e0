import { randomBytes as systemBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { AnyDriver } from '../driver/contract.ts';
import { effectiveModel } from '../driver/effective.ts';
import { maxErrors, pointerTo, validate } from '../driver/schema.ts';
import { BellcrankError } from '../errors.ts';
import type { RandomBytes } from '../random-bytes.ts';
import { Device } from './device.ts';
import type { DeviceLimits } from './limits.ts';
import { Link, type Opener } from './link.ts';
import { Models } from './models.ts';
import { type Places, scoped } from './places.ts';
import type { DeviceEvent, DeviceParts, DeviceSettings, NewDevice, ParentLog } from './settings.ts';
import type { Tallies } from './tallies.ts';

/** What all devices are made with. */
export interface Materials {
  readonly clock: Clock;
  readonly random: () => number;
  /** For ids on the wire; the system's if absent. */
  readonly randomBytes?: RandomBytes;
  readonly log: ParentLog;
  readonly limits: DeviceLimits;
}

export interface BuilderParts extends Materials {
  readonly tallies: Tallies;
  readonly places: Places;
  readonly observe: (event: DeviceEvent) => void;
  readonly hush: () => void;
}

/** What there is that a device can be made with. */
export interface Stock {
  readonly drivers: ReadonlyMap<string, AnyDriver>;
  readonly links: ReadonlyMap<string, Link>;
}

/** Makes devices and connections, each checked whole before it exists. */
export class Builder {
  readonly #parts: BuilderParts;
  readonly #randomBytes: RandomBytes;
  readonly #models = new Models();
  /** By the driver's name. */
  readonly #deviceParts = new WeakMap<Link, Map<string, DeviceParts>>();

  constructor(parts: BuilderParts) {
    this.#parts = parts;
    this.#randomBytes = parts.randomBytes ?? systemBytes;
  }

  link(name: string, opener: Opener): Link {
    const { clock, random, log, limits } = this.#parts;
    return new Link({ name, opener, clock, random, randomBytes: this.#randomBytes, log, limits: limits.link });
  }

  /** Throws `driver-not-found`, `connection-not-found`, `connection-taken` or `invalid-request`. */
  device({ remembered, ...settings }: NewDevice, stock: Stock): Device {
    const driver = driverOf(settings.driver, stock);
    const link = this.#linkFor(settings, driver, stock);
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
    const { clock, random, log, limits, tallies, observe, hush } = this.#parts;
    const parts: DeviceParts = {
      link,
      clock,
      random,
      randomBytes: this.#randomBytes,
      log,
      limits,
      models: this.#models,
      tally: tallies.of(driver, link.opener.simulated),
      observe,
      hush,
    };
    this.#deviceParts.set(link, ofLink.set(driver, parts));
    return parts;
  }

  /** One piece of hardware is one device: a second one would get round its limits, its lane and its latch. */
  #checkPlace({ id, options, enabled }: NewDevice, link: Link, driver: AnyDriver): void {
    if (!enabled || link.opener.shape === 'none') return;
    const place = driver.address?.(options);
    const taken = this.#parts.places.taken(link.name, scoped(place, driver, link.opener.shape), id);
    if (taken === undefined) return;
    const what = place === undefined || place === '' ? 'the connection' : `${place} on the connection`;
    throw new BellcrankError('connection-taken', `device ${taken.id} has ${what} ${link.name} already`, {
      errors: [{ pointer: '/connection', detail: `is taken by ${taken.id}` }],
    });
  }

  #linkFor({ connection, id }: NewDevice, driver: AnyDriver, { links }: Stock): Link {
    const link = connection === undefined ? this.link(id, always) : links.get(connection);
    if (link === undefined) {
      const known = [...links.keys()].join(', ');
      throw new BellcrankError('connection-not-found', `there is no connection ${JSON.stringify(connection)}`, {
        errors: [{ pointer: '/connection', detail: `must be one of ${known}` }],
      });
    }
    if (!fits(driver, link.opener)) throw misfit(driver, link.opener);
    return link;
  }
}

/** For drivers without a connection: always open. */
const always: Opener = {
  transport: 'none',
  shape: 'none',
  label: 'none',
  simulated: false,
  open: () => Promise.resolve(null),
};

function driverOf(name: string, { drivers }: Stock): AnyDriver {
  const driver = drivers.get(name);
  if (driver !== undefined) return driver;
  throw new BellcrankError(
    'driver-not-found',
    `there is no driver ${JSON.stringify(name)}; GET /v1/models lists them`,
    {
      errors: [{ pointer: '/driver', detail: `must be one of ${[...drivers.keys()].join(', ')}` }],
    },
  );
}

/** Why a device of these settings cannot have this driver: options and restrictions that do not fit it. */
export function objectionsOf(driver: AnyDriver, settings: Pick<DeviceSettings, 'options' | 'restrictions'>): string[] {
  return [
    ...validate(driver.options, settings.options, '/options').map(({ pointer, detail }) => `${pointer} ${detail}`),
    ...restrictionProblems(driver, settings).map(({ path, detail }) => `${path.join('.')} ${detail}`),
  ];
}

/** What a device that describes itself can do is not known yet: its limits are checked when it does. */
function restrictionProblems(driver: AnyDriver, { restrictions }: Pick<DeviceSettings, 'restrictions'>) {
  return driver.selfDescribing === true ? [] : effectiveModel(driver.model, restrictions).problems;
}

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
