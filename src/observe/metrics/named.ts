import type { Device } from '../../device/device.ts';
import type { Registry as Devices } from '../../device/registry.ts';
import { globMatcher } from '../../expression/glob.ts';
import type { CommandRecord } from '../../store/record.ts';
import { counter, gauge, type Families } from './family.ts';
import { Sums } from './sums.ts';

/** Devices that have series of their own, and properties of each. */
const maxDevices = 100;
const maxProperties = 50;
/** Ids of which it is remembered whether they are meant; as many as there may be devices. */
const maxRemembered = 20_000;

/** The few devices that the configuration gives metrics of their own. */
export class NamedDevices {
  readonly #devices: Devices;
  readonly #isIdle: boolean;
  readonly #isMeant: (id: string) => boolean;
  readonly #remembered = new Map<string, boolean>();
  readonly #named = new Set<string>();
  readonly #commands = new Map<string, Sums>();

  constructor(families: Families, devices: Devices, globs: readonly string[]) {
    this.#devices = devices;
    const matchers = globs.map(globMatcher);
    this.#isMeant = (id) => matchers.some((matches) => matches(id));
    this.#isIdle = globs.length === 0;
    if (!this.#isIdle) this.#add(families);
  }

  /** To be called before each scrape: those that are gone make room. */
  look(): void {
    for (const id of this.#named) if (this.#devices.find(id) === undefined) this.#forget(id);
    if (this.#named.size < maxDevices && !this.#isIdle) for (const { id } of this.#devices.devices) this.#has(id);
  }

  ended({ device, outcome = 'unknown', simulated }: CommandRecord): void {
    if (!this.#has(device)) return;
    const sums = this.#commands.get(device) ?? new Sums();
    this.#commands.set(device, sums);
    sums.add({ device, outcome, simulated: String(simulated) }, 1);
  }

  #has(id: string): boolean {
    if (this.#named.has(id)) return true;
    if (this.#isIdle || this.#named.size >= maxDevices || !this.#meant(id)) return false;
    this.#named.add(id);
    return true;
  }

  #meant(id: string): boolean {
    const known = this.#remembered.get(id);
    if (known !== undefined) return known;
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    const isMeant = this.#isMeant(id);
    this.#remembered.set(id, isMeant);
    return isMeant;
  }

  #forget(id: string): void {
    this.#named.delete(id);
    this.#commands.delete(id);
  }

  #add(families: Families): void {
    const about = ['device', 'driver', 'simulated'] as const;
    gauge(families, {
      name: 'device_ready',
      help: 'Whether a device that the configuration names is ready: 1 or 0.',
      labels: about,
      read: () => this.#each((device) => [{ labels: aboutOf(device), value: Number(device.state === 'ready') }]),
    });
    gauge(families, {
      name: 'device_last_seen_timestamp_seconds',
      help: 'When it last answered or told something, in seconds since 1970.',
      labels: about,
      read: () =>
        this.#each((device) =>
          device.lastSeenAt === undefined ? [] : [{ labels: aboutOf(device), value: device.lastSeenAt / 1000 }],
        ),
    });
    gauge(families, {
      name: 'device_property',
      help: 'The value of a property that is a number and good, in its unit.',
      labels: ['device', 'property', 'unit', 'simulated'],
      read: () => this.#each(propertiesOf),
    });
    counter(families, {
      name: 'device_commands_total',
      help: 'Commands of a device that ended, by what is known to have become of them.',
      labels: ['device', 'outcome', 'simulated'],
      read: () => [...this.#commands.values()].flatMap((sums) => [...sums]),
    });
  }

  #each<T>(tell: (device: Device) => readonly T[]): readonly T[] {
    return [...this.#named].flatMap((id) => {
      const device = this.#devices.find(id);
      return device === undefined ? [] : tell(device);
    });
  }
}

function aboutOf({ id, settings, simulated }: Device) {
  return { device: id, driver: settings.driver.model.name, simulated: String(simulated) };
}

function propertiesOf(device: Device) {
  const names = Object.keys(device.model.properties).slice(0, maxProperties);
  return names.flatMap((property) => {
    const { value, quality } = device.reading(property);
    if (typeof value !== 'number' || quality !== 'good') return [];
    const unit = device.model.properties[property]?.schema['unit'];
    const labels = { device: device.id, property, unit: typeof unit === 'string' ? unit : '' };
    return [{ labels: { ...labels, simulated: String(device.simulated) }, value }];
  });
}
