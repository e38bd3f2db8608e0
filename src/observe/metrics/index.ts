import type { CommandTiming } from '../../command/step.ts';
import type { Registry as Devices } from '../../device/registry.ts';
import type { CommandRecord } from '../../store/record.ts';
import { CommandMetrics } from './commands.ts';
import { DeviceMetrics } from './devices.ts';
import { Families, gauge } from './family.ts';
import { NamedDevices } from './named.ts';
import type { ReaderCounts } from './readers.ts';
import { RequestMetrics } from './requests.ts';
import { addService, type Watched } from './service.ts';
import type { Scrape } from './text.ts';

export interface MetricsSettings {
  /** Whoever reaches the service may read them. */
  readonly open: boolean;
  /** Globs of the ids of devices that have metrics of their own. */
  readonly devices: readonly string[];
}

export interface MetricsParts {
  readonly settings: MetricsSettings;
  readonly registry: Devices;
  readonly version: string;
}

/** What Prometheus is told. Most of it is counted by whoever does it, and looked at when somebody asks. */
export class Metrics {
  readonly open: boolean;
  readonly requests: RequestMetrics;
  /** Counted by whoever serves the stream. */
  readonly readers: ReaderCounts = { now: 0, full: 0, slow: 0 };
  readonly #families = new Families();
  readonly #commands: CommandMetrics;
  readonly #devices: DeviceMetrics;
  readonly #named: NamedDevices;
  readonly #registryOfDevices: Devices;
  #hasProcess = false;

  constructor({ settings, registry, version }: MetricsParts) {
    this.open = settings.open;
    this.#registryOfDevices = registry;
    gauge(this.#families, {
      name: 'build_info',
      help: 'Always 1; its labels say what runs.',
      labels: ['version', 'node'],
      read: () => [{ labels: { version, node: process.versions.node }, value: 1 }],
    });
    this.#commands = new CommandMetrics(this.#families);
    this.#devices = new DeviceMetrics(this.#families, registry);
    this.#named = new NamedDevices(this.#families, registry, settings.devices);
    this.requests = new RequestMetrics(this.#families);
  }

  /** What else there is to be told of. */
  watch(watched: Omit<Watched, 'devices'>): void {
    addService(this.#families, { ...watched, devices: this.#registryOfDevices }, this.readers);
  }

  /** Without times: a late reply told what became of it. */
  commandEnded(record: CommandRecord, timing: CommandTiming | undefined): void {
    this.#commands.ended(record, this.#driverOf(record), timing);
    if (timing !== undefined) this.#named.ended(record);
  }

  stopped(record: CommandRecord): void {
    this.#commands.stopped(record, this.#driverOf(record));
  }

  /** Never waits for a device, nor for a disk but the first time. */
  async scrape(accept: string | undefined): Promise<Scrape> {
    const [{ addProcess }, { scrape }] = await Promise.all([import('./process.ts'), import('./text.ts')]);
    const registry = await this.#families.registry();
    this.#devices.look();
    this.#named.look();
    // They listen to the whole process from then on, which is for who is asked.
    if (!this.#hasProcess) addProcess(registry);
    this.#hasProcess = true;
    return await scrape(registry, accept);
  }

  /** One that was removed meanwhile has no driver any more. */
  #driverOf({ device }: CommandRecord): string {
    return this.#registryOfDevices.find(device)?.settings.driver.model.name ?? '';
  }
}

export type { Scrape };
