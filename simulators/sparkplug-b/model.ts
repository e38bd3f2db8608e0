import type { Announced, Datatype } from '../../drivers/sparkplug-b/model.ts';
import type { Clock, Timer } from '../../src/clock.ts';

export type MetricValue = boolean | number | string;

export interface Metric extends Announced {
  readonly type: Datatype;
  value: MetricValue;
}

/** What happens at the node, for whoever carries its words. */
export interface EdgeListener {
  /** Metrics of the node (without a device) or of a device have changed. */
  changed?(device: string | undefined, names: readonly string[]): void;
  /** A device has come or gone. */
  device?(device: string, present: boolean): void;
  /** The node has lost its network, or found it again. */
  presence?(online: boolean): void;
}

/** What goes wrong on the wire, once each; tests and people set them. */
export interface EdgeFaults {
  /** The next message has a number too many. */
  skipSeq: boolean;
  /** The next data names its metrics by aliases that nobody was told. */
  unknownAlias: boolean;
  /** Birth certificates are cut in half for so many messages. */
  halfBirths: number;
}

const sensor = { readOnly: true } as const;
const temperature = 'Sensors/Temperature';

/** A pump with a valve: speed makes pressure. */
const pumpSkid = (serialNumber: string): Metric[] => [
  { name: temperature, type: 'Double', value: 21.5, unit: '°C', ...sensor },
  { name: 'Sensors/Pressure', type: 'Float', value: 0, unit: 'bar', low: 0, high: 10, ...sensor },
  { name: 'Outputs/Valve Open', type: 'Boolean', value: false },
  { name: 'Setpoints/Speed', type: 'Int32', value: 0, unit: 'rpm', low: -3000, high: 3000 },
  { name: 'Setpoints/Trim', type: 'Int8', value: -3 },
  { name: 'Counters/Starts', type: 'UInt32', value: 0, ...sensor },
  { name: 'Properties/Serial Number', type: 'String', value: serialNumber },
];

const tank = (): Metric[] => [
  { name: 'Level', type: 'Double', value: 40, unit: '%', low: 0, high: 100, ...sensor },
  { name: 'Heater On', type: 'Boolean', value: false },
  { name: 'Label', type: 'String', value: 'Tank 1' },
  { name: 'Filled At', type: 'DateTime', value: '2026-01-01T00:00:00.000Z' },
  { name: 'Batch', type: 'UUID', value: '00000000-0000-4000-8000-000000000001' },
];

const itself = (): Metric[] => [
  { name: 'Node Control/Rebirth', type: 'Boolean', value: false },
  { name: 'Node Control/Reboot', type: 'Boolean', value: false },
  { name: 'Properties/Hardware Make', type: 'String', value: 'Bellcrank' },
  { name: 'Properties/Hardware Model', type: 'String', value: 'Simulated edge' },
  { name: 'Cabinet/Light On', type: 'Boolean', value: false },
];

/** How often the temperature moves. */
const driftMs = 10_000;
/** How long a reboot takes. */
const rebootMs = 500;

/** An edge node with a pump skid and a tank. */
export class EdgeBehaviour {
  readonly devices: ReadonlyMap<string, Metric[]>;
  readonly node: Metric[] = itself();
  readonly faults: EdgeFaults = { skipSeq: false, unknownAlias: false, halfBirths: 0 };
  /** It takes commands and ignores them. */
  deaf = false;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #listeners = new Set<EdgeListener>();
  readonly #gone = new Set<string>();
  /** What the temperature moves above, by up to one degree. */
  #warmth = 21;
  #online = true;
  #drift: Timer | undefined;
  #reboot: Timer | undefined;

  constructor(clock: Clock, seed: number) {
    this.devices = new Map([
      ['PumpSkid', pumpSkid(`PS-${String(seed).padStart(4, '0')}`)],
      ['Tank', tank()],
    ]);
    this.#clock = clock;
    this.#random = randomOf(seed);
    this.#schedule();
  }

  get online(): boolean {
    return this.#online;
  }

  get time(): number {
    return this.#clock.now();
  }

  isPresent(device: string): boolean {
    return this.devices.has(device) && !this.#gone.has(device);
  }

  metrics(device: string | undefined): readonly Metric[] {
    return device === undefined ? this.node : (this.devices.get(device) ?? []);
  }

  value(device: string | undefined, name: string): MetricValue | undefined {
    return this.metrics(device).find((metric) => metric.name === name)?.value;
  }

  /** Returns the way to stop listening. */
  listen(listener: EdgeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a command's values; what it does not know or cannot be, it ignores, as most nodes do. */
  write(device: string | undefined, values: ReadonlyMap<string, MetricValue>): void {
    if (this.deaf || (device !== undefined && !this.isPresent(device))) return;
    const changed = [...values].flatMap(([name, value]) => (this.#put(device, name, value) ? [name] : []));
    const effects = changed.includes('Setpoints/Speed') ? this.#pump(device) : [];
    this.#tell(device, [...changed, ...effects]);
  }

  /** Somebody at the machine, or the machine itself. */
  set(device: string | undefined, name: string, value: MetricValue): void {
    const metric = this.metrics(device).find((its) => its.name === name);
    if (metric === undefined || metric.value === value) return;
    metric.value = value;
    if (name === temperature && typeof value === 'number') this.#warmth = value - 0.5;
    this.#tell(device, [name, ...(name === 'Setpoints/Speed' ? this.#pump(device) : [])]);
  }

  /** The device behind the node is unplugged, or back. */
  plug(device: string, present: boolean): void {
    if (!this.devices.has(device) || this.isPresent(device) === present) return;
    if (present) this.#gone.delete(device);
    else this.#gone.add(device);
    this.#each((listener) => listener.device?.(device, present));
  }

  goOffline(): void {
    if (!this.#online) return;
    this.#online = false;
    this.#each((listener) => listener.presence?.(false));
  }

  comeOnline(): void {
    if (this.#online) return;
    this.#online = true;
    this.#each((listener) => listener.presence?.(true));
  }

  reboot(): void {
    this.goOffline();
    this.#reboot?.cancel();
    this.#reboot = this.#clock.timer(rebootMs, () => this.comeOnline());
  }

  /** Stops its timers. */
  close(): void {
    this.#drift?.cancel();
    this.#reboot?.cancel();
    this.#listeners.clear();
  }

  #put(device: string | undefined, name: string, value: MetricValue): boolean {
    const metric = this.metrics(device).find((its) => its.name === name);
    if (metric === undefined || metric.readOnly === true || typeof metric.value !== typeof value) return false;
    if (name === 'Setpoints/Speed' && metric.value === 0 && value !== 0) this.#count(device);
    if (metric.value === value) return false;
    metric.value = value;
    return true;
  }

  #count(device: string | undefined): void {
    const starts = this.metrics(device).find(({ name }) => name === 'Counters/Starts');
    if (typeof starts?.value === 'number') starts.value++;
  }

  #pump(device: string | undefined): string[] {
    const speed = this.value(device, 'Setpoints/Speed');
    const pressure = this.metrics(device).find(({ name }) => name === 'Sensors/Pressure');
    if (pressure === undefined || typeof speed !== 'number') return [];
    pressure.value = Math.abs(speed) / 500;
    return ['Sensors/Pressure', 'Counters/Starts'];
  }

  #tell(device: string | undefined, names: readonly string[]): void {
    if (names.length > 0) this.#each((listener) => listener.changed?.(device, names));
  }

  #schedule(): void {
    this.#drift = this.#clock.timer(driftMs, () => {
      const metric = this.devices.get('PumpSkid')?.find(({ name }) => name === temperature);
      if (metric !== undefined && this.isPresent('PumpSkid')) {
        const before = metric.value;
        metric.value = Math.round((this.#warmth + this.#random()) * 100) / 100;
        if (metric.value !== before) this.#tell('PumpSkid', [temperature]);
      }
      this.#schedule();
    });
  }

  #each(tell: (listener: EdgeListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }
}

/** Numbers in [0, 1) that the seed fixes (Marsaglia's xorshift32). */
function randomOf(seed: number): () => number {
  let state = (seed >>> 0 || 1) ^ 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
