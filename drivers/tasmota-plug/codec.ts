import { BellcrankError } from '../../src/driver/index.ts';

/** Longest payload that is looked at. The firmware's own packets are 1200 bytes on an ESP8266 (`MAX_PACKET_SIZE`). */
export const maxPayloadBytes = 16_384;

export interface Addressing {
  readonly topic: string;
  readonly fullTopic?: string;
  readonly relay?: number;
}

/** The topics of one plug (Tasmota docs, "MQTT", "FullTopic": `%prefix%` is `cmnd`, `stat` or `tele`). */
export class Topics {
  readonly stat: string;
  readonly tele: string;
  readonly #cmnd: string;

  constructor({ topic, fullTopic = '%prefix%/%topic%/' }: Addressing) {
    const base = fullTopic.endsWith('/') ? fullTopic : `${fullTopic}/`;
    // Replaced by functions: a `$` in a topic is no pattern.
    const of = (prefix: string): string => base.replaceAll('%prefix%', () => prefix).replaceAll('%topic%', () => topic);
    this.#cmnd = of('cmnd');
    this.stat = of('stat');
    this.tele = of('tele');
  }

  command(name: string): string {
    return `${this.#cmnd}${name}`;
  }

  /** `stat/RESULT` for that topic of this plug, whatever its FullTopic; undefined for any other. */
  nameOf(topic: string): string | undefined {
    if (topic.startsWith(this.stat)) return `stat/${topic.slice(this.stat.length)}`;
    if (topic.startsWith(this.tele)) return `tele/${topic.slice(this.tele.length)}`;
    return undefined;
  }
}

/** The command that switches the relay (docs, "Commands", `Power<x>`). */
export function powerCommand(relay: number | undefined): string {
  return `POWER${relay ?? ''}`;
}

/** `POWER` for the only relay, `POWER1` for the first of several or with SetOption26. */
function powerKeys(relay: number | undefined): readonly string[] {
  return relay === undefined || relay === 1 ? ['POWER', 'POWER1'] : [`POWER${relay}`];
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The payload as text; undefined if it is too long or not UTF-8. */
export function textOf(payload: Uint8Array): string | undefined {
  if (payload.length > maxPayloadBytes) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    return undefined;
  }
}

function fieldsOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The default StateText only (docs, "Commands", `StateText<x>`). */
function stateOf(value: unknown): boolean | undefined {
  if (value === 'ON') return true;
  return value === 'OFF' ? false : undefined;
}

function relayState(fields: Fields, relay: number | undefined): boolean | undefined {
  for (const key of powerKeys(relay)) {
    const on = stateOf(fields[key]);
    if (on !== undefined) return on;
  }
  return undefined;
}

const meterFields = {
  voltage: 'Voltage',
  current: 'Current',
  'active-power': 'Power',
  'apparent-power': 'ApparentPower',
  'energy-today': 'Today',
  'energy-total': 'Total',
} as const;

export type MeterProperty = keyof typeof meterFields;

// The keys of a literal object, which TypeScript widens to string.
export const meterProperties = Object.keys(meterFields) as readonly MeterProperty[];

export type Metered = Partial<Record<MeterProperty, number>>;

/** A meter with several phases tells lists; those are not one number, so they are left out. */
function metered(fields: Fields): Metered {
  const energy = fields['ENERGY'];
  const values: Metered = {};
  if (!isFields(energy)) return values;
  for (const property of meterProperties) {
    const value = energy[meterFields[property]];
    if (typeof value === 'number' && Number.isFinite(value)) values[property] = value;
  }
  return values;
}

/** What a message tells of the plug. */
export interface Told {
  readonly on?: boolean;
  readonly metered?: Metered;
}

const nothing: Told = {};

function toldState(fields: unknown, relay: number | undefined): Told {
  const on = isFields(fields) ? relayState(fields, relay) : undefined;
  return on === undefined ? nothing : { on };
}

function toldMeter(fields: unknown): Told {
  return isFields(fields) ? { metered: metered(fields) } : nothing;
}

const readers: Readonly<Record<string, (fields: Fields, relay: number | undefined) => Told>> = {
  'stat/RESULT': toldState,
  'tele/STATE': toldState,
  'tele/SENSOR': toldMeter,
  'stat/STATUS11': (fields, relay) => toldState(fields['StatusSTS'], relay),
  'stat/STATUS10': (fields) => toldMeter(fields['StatusSNS']),
  'stat/STATUS8': (fields) => toldMeter(fields['StatusSNS']),
};

const powerTopic = /^stat\/POWER\d*$/u;

/**
 * What a message of the plug's tells, by the name that `Topics.nameOf` gave its topic. `malformed` is a topic that is
 * read and a payload that cannot be; topics that are not read tell nothing.
 */
export function decode(name: string, payload: Uint8Array, relay: number | undefined): Told | 'malformed' {
  const isPower = powerTopic.test(name);
  const reader = isPower ? toldState : readers[name];
  if (reader === undefined) return nothing;
  const text = textOf(payload);
  const plain = isPower ? stateOf(text) : undefined;
  if (plain !== undefined) return powerKeys(relay).includes(name.slice('stat/'.length)) ? { on: plain } : nothing;
  const fields = text === undefined ? undefined : fieldsOf(text);
  return fields === undefined ? 'malformed' : reader(fields, relay);
}

/**
 * Whether the message is the answer to a `Power` command, and the state in it. The answer is the JSON one, which is
 * sent once for each command: on RESULT, or with SetOption4 on the command's own topic. The plain `ON` on `stat/…/POWER`
 * follows it, so it would still be under way when the next command is sent and would answer that one.
 * Throws `device-refused` for `{"Command":"Unknown"}` and `{"Command":"Error"}`.
 */
export function powerAnswer(name: string, payload: Uint8Array, relay: number | undefined): boolean | undefined {
  if (name !== 'stat/RESULT' && name !== 'stat/COMMAND' && !powerTopic.test(name)) return undefined;
  const text = textOf(payload);
  const fields = text === undefined ? undefined : fieldsOf(text);
  if (text === undefined || fields === undefined) return undefined;
  refuse(fields, text);
  return relayState(fields, relay);
}

/** Newer firmware names the command that it did not know, as `Input`; then only one of ours is a refusal of ours. */
function refuse(fields: Fields, text: string): void {
  const { Command: verdict, Input: input } = fields;
  if (verdict !== 'Unknown' && verdict !== 'Error') return;
  if (typeof input === 'string' && !input.toUpperCase().startsWith('POWER')) return;
  const device = { code: verdict, text: text.slice(0, 200) };
  throw new BellcrankError('device-refused', `the plug refused the command: ${device.text}`, { device });
}

/** What `tele/…/LWT` says (docs, "MQTT"): true for `Online`, false for `Offline`, undefined for anything else. */
export function lastWill(payload: Uint8Array): boolean | undefined {
  const text = textOf(payload);
  if (text === 'Online') return true;
  return text === 'Offline' ? false : undefined;
}
