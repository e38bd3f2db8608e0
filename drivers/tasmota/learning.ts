import { type Fields, fieldOf, isFields } from '../../src/driver/index.ts';
import { type Announcement, makeOf } from './announcement.ts';
import {
  type Description,
  type Metered,
  type MeterField,
  meterFields,
  type Sensor,
  type Shutter,
} from './description.ts';

const maxSensors = 100;
const maxDepth = 3;
const maxKey = 40;
const maxList = 16;
const maxPhases = 8;
const maxShutters = 16;

const levelKey = /^(?:Dimmer[1-3]?|Channel[1-9]|White)$/;

/** Units by the last key (docs, "JSON Status Responses"; the quantities of `xdrv_12_home_assistant`). */
const units: Readonly<Record<string, string>> = {
  Humidity: '%',
  Illuminance: 'lx',
  Ambient: 'lx',
  Distance: 'cm',
  Weight: 'kg',
  Moisture: '%',
  Battery: '%',
  CarbonDioxide: 'ppm',
  eCO2: 'ppm',
  TVOC: 'ppb',
  PM1: 'µg/m³',
  'PM2.5': 'µg/m³',
  PM10: 'µg/m³',
  Voltage: 'V',
  Current: 'A',
  Power: 'W',
  Energy: 'kWh',
  Frequency: 'Hz',
};

/** Units that the telemetry names itself. */
const namedUnits: Readonly<Record<string, string>> = {
  Temperature: 'TempUnit',
  DewPoint: 'TempUnit',
  Pressure: 'PressureUnit',
  SeaPressure: 'PressureUnit',
  Speed: 'SpeedUnit',
};

const degrees: Readonly<Record<string, string>> = { C: '°C', F: '°F' };

function unitOf(key: string, sensors: Fields): string | undefined {
  if (Object.hasOwn(units, key)) return units[key];
  const named = Object.hasOwn(namedUnits, key) ? fieldOf(sensors, namedUnits[key] ?? '') : undefined;
  if (typeof named !== 'string' || !/^[A-Za-z/]{1,10}$/.test(named)) return undefined;
  return Object.hasOwn(degrees, named) ? degrees[named] : named;
}

/** What is known of a device, and more with each of its documents. */
export class Learning {
  readonly #announced: Announcement | undefined;
  readonly #relays = new Set<number>();
  readonly #levels = new Set<string>();
  readonly #shutters = new Set<number>();
  readonly #meter = new Map<MeterField, Metered>();
  readonly #sensors = new Map<string, Sensor>();
  #color = false;
  #temperature = false;
  #fan = false;

  constructor(announced?: Announcement) {
    this.#announced = announced;
    if (announced !== undefined) this.#announce(announced);
  }

  /** `STATE`: relays, lights, a fan. */
  state(fields: Fields): void {
    for (const key of Object.keys(fields)) {
      const [, relay] = /^POWER(\d{0,2})$/.exec(key) ?? [];
      if (relay !== undefined) this.#relays.add(relay === '' ? 1 : Number(relay));
      if (levelKey.test(key) && typeof fields[key] === 'number') this.#levels.add(key);
    }
    if (typeof fieldOf(fields, 'HSBColor') === 'string') this.#color = true;
    if (typeof fieldOf(fields, 'CT') === 'number') this.#temperature = true;
    if (typeof fieldOf(fields, 'FanSpeed') === 'number') this.#fan = true;
  }

  /** `SENSOR`: the meter, shutters, sensors. */
  sensors(fields: Fields): void {
    for (const [key, value] of Object.entries(fields)) {
      const [, shutter] = /^Shutter(\d{1,2})$/.exec(key) ?? [];
      if (shutter !== undefined && isFields(value) && this.#shutters.size < maxShutters) {
        this.#shutters.add(Number(shutter));
      } else if (key === 'ENERGY') this.#energy(value);
      else if (key !== 'Time') this.#leaf([key], value, fields);
    }
  }

  get description(): Description {
    const announced = this.#announced;
    return {
      make: makeOf(announced?.module ?? ''),
      relays: this.#switched(announced),
      levels: [...this.#levels].sort(),
      color: this.#color,
      ...(this.#temperature && { temperature: limitsOf(announced) }),
      shutters: [...this.#shutters].sort((a, b) => a - b).map((number) => this.#shutter(number)),
      fan: this.#fan,
      meter: [...this.#meter.values()].sort((a, b) => a.field.localeCompare(b.field)),
      sensors: [...this.#sensors.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sensor]) => sensor),
    };
  }

  /** Which relays move a shutter only the announcement tells; without it none is offered where there is a shutter. */
  #switched(announced: Announcement | undefined): number[] {
    if (announced === undefined) return this.#shutters.size > 0 ? [] : [...this.#relays].sort((a, b) => a - b);
    return announced.relays.flatMap((kind, index) => (kind === 1 || kind === 2 ? [index + 1] : []));
  }

  #shutter(number: number): Shutter {
    return { number, inverted: ((this.#announced?.shutterOptions[number - 1] ?? 0) & 1) === 1 };
  }

  #announce({ relays, light, linked, channels, fan }: Announcement): void {
    this.#fan = fan;
    const pairs = Math.floor(relays.filter((kind) => kind === 3).length / 2);
    for (let shutter = 1; shutter <= Math.min(pairs, maxShutters); shutter++) this.#shutters.add(shutter);
    if (channels) {
      for (const [index, kind] of relays.entries())
        if (kind === 2 && index < 9) this.#levels.add(`Channel${index + 1}`);
      return;
    }
    if (light >= 1) for (const key of linked || light < 4 ? ['Dimmer'] : ['Dimmer1', 'Dimmer2']) this.#levels.add(key);
    this.#color = light >= 3;
    this.#temperature = light === 2 || light === 5;
  }

  #energy(value: unknown): void {
    if (!isFields(value)) return;
    // The keys of a literal object, which TypeScript widens to string.
    for (const field of Object.keys(meterFields) as MeterField[]) {
      const told = fieldOf(value, field);
      const phases = Array.isArray(told) ? Math.min(told.length, maxPhases) : 0;
      if (typeof told === 'number' || phases > 0) this.#meter.set(field, { field, phases });
    }
  }

  #leaf(path: Sensor['path'], value: unknown, all: Fields): void {
    if (typeof value === 'number') return this.#add({ path, kind: 'number', ...withUnit(path, all) });
    const [first] = path;
    if (path.length === 1 && typeof first === 'string') {
      const follows = typeof value === 'string' && this.#announced?.followers.includes(first) === true;
      if (follows || /^Switch\d{1,2}$/.test(first)) {
        return this.#add({ path, kind: 'switch', ...(follows && { follows }) });
      }
    }
    if (path.length >= maxDepth || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const [index, item] of value.slice(0, maxList).entries()) this.#leaf([...path, index], item, all);
    } else if (isFields(value)) {
      for (const [key, item] of Object.entries(value)) this.#leaf([...path, key], item, all);
    }
  }

  #add(sensor: Sensor): void {
    if (sensor.path.some((key) => typeof key === 'string' && key.length > maxKey)) return;
    const id = JSON.stringify(sensor.path);
    if (this.#sensors.size < maxSensors || this.#sensors.has(id)) this.#sensors.set(id, sensor);
  }
}

function withUnit(path: Sensor['path'], all: Fields): { unit?: string } {
  const key = path.findLast((part) => typeof part === 'string') ?? '';
  const unit = typeof key === 'string' ? unitOf(key, all) : undefined;
  return unit === undefined ? {} : { unit };
}

function limitsOf(announced: Announcement | undefined): { minimum: number; maximum: number } {
  return announced?.reducedTemperatures === true ? { minimum: 200, maximum: 380 } : { minimum: 153, maximum: 500 };
}
