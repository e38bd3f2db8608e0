import { type Fields, fieldOf, isFields, word, words } from '../../src/driver/index.ts';

/** What one device may describe; more is left out, and said to be. */
const maxFeatures = 250;
const maxChoices = 200;
const maxDepth = 4;

/** How zigbee2mqtt writes one of two states: a text, a boolean or a number. */
export type Scalar = string | number | boolean;

/** The type of a value (zigbee2mqtt docs, "Exposes", "Generic"). */
export type ValueType =
  | { readonly kind: 'binary'; readonly on: Scalar; readonly off: Scalar; readonly toggle?: Scalar }
  | ({ readonly kind: 'numeric'; readonly unit?: string; readonly presets: readonly number[] } & Range)
  | { readonly kind: 'enum'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'text' }
  | { readonly kind: 'composite'; readonly fields: readonly Feature[] }
  | { readonly kind: 'list'; readonly item: ValueType; readonly least: number; readonly most: number };

export interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly step?: number;
}

/** The three bits of `access` (docs, "Exposes", "Access"). */
export interface Access {
  /** It stands in the state that is published. */
  readonly published: boolean;
  readonly settable: boolean;
  readonly gettable: boolean;
}

/** One thing that a device has. */
export interface Feature extends Access {
  /** Its field in the state, and in what is set: `state_l1`. */
  readonly key: string;
  /** What it is, whatever its endpoint: `state`, `color_xy`. */
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly endpoint?: string;
  /** The specific type that it is part of: `light`, `cover`. */
  readonly part?: string;
  readonly value: ValueType;
}

export interface Exposed {
  readonly features: readonly Feature[];
  /** What was not understood, and why. */
  readonly leftOut: readonly string[];
}

/** What stands around a feature that is being read. */
interface Place {
  readonly part?: string;
  readonly endpoint?: string;
  readonly depth: number;
}

const specific = new Set(['light', 'switch', 'fan', 'cover', 'lock', 'climate']);

/** Understands `definition.exposes`. What it does not know it leaves out; nothing is guessed. */
export function readExposes(exposes: unknown): Exposed {
  const reading = new Reading();
  for (const entry of listOf(exposes)) reading.take(entry, { depth: 0 });
  return reading;
}

class Reading implements Exposed {
  readonly features: Feature[] = [];
  readonly leftOut: string[] = [];
  readonly #seen = new Set<string>();

  take(entry: unknown, place: Place): void {
    if (!isFields(entry)) return this.#leave('an entry', 'it is no object');
    const type = fieldOf(entry, 'type');
    if (typeof type === 'string' && specific.has(type)) return this.#takeParts(entry, type, place);
    const read = featureOf(entry, place);
    if (typeof read === 'string') return this.#leave(word(fieldOf(entry, 'name')) ?? word(type) ?? 'an entry', read);
    const id = idOf(read);
    if (this.#seen.has(id)) return this.#leave(id, 'it is described twice');
    if (this.features.length >= maxFeatures) return this.#leave(id, `only ${maxFeatures} are taken`);
    this.#seen.add(id);
    this.features.push(read);
  }

  #takeParts(entry: Fields, part: string, { depth }: Place): void {
    if (depth > 0) return this.#leave(part, 'it stands inside another one');
    const endpoint = word(fieldOf(entry, 'endpoint'));
    const place = { part, depth: 1, ...(endpoint !== undefined && { endpoint }) };
    for (const feature of listOf(fieldOf(entry, 'features'))) this.take(feature, place);
  }

  #leave(what: string, why: string): void {
    if (this.leftOut.length < 20) this.leftOut.push(`${what} (${why})`);
  }
}

/** Two composites may share a field: a color is set as x and y, or as hue and saturation. */
export function idOf({ key, name, endpoint, value }: Feature): string {
  if (value.kind !== 'composite') return key;
  return endpoint === undefined || name.endsWith(`_${endpoint}`) ? name : `${name}_${endpoint}`;
}

/** The feature, or why it is none. */
function featureOf(entry: Fields, place: Place): Feature | string {
  const name = word(fieldOf(entry, 'name'));
  const key = word(fieldOf(entry, 'property')) ?? (place.depth > 1 ? name : undefined);
  if (name === undefined || key === undefined) return 'it has no name or no property';
  const value = valueType(entry, place.depth);
  if (typeof value === 'string') return value;
  const endpoint = word(fieldOf(entry, 'endpoint')) ?? place.endpoint;
  const description = words(fieldOf(entry, 'description'));
  return {
    key,
    name,
    label: words(fieldOf(entry, 'label')) ?? name.replaceAll('_', ' '),
    ...(description !== undefined && { description }),
    ...(endpoint !== undefined && { endpoint }),
    ...(place.part !== undefined && { part: place.part }),
    ...accessOf(entry, value),
    value,
  };
}

/** A composite's access is that of its features (docs, "Composite"). */
function accessOf(entry: Fields, value: ValueType): Access {
  const access = fieldOf(entry, 'access');
  if (typeof access === 'number') {
    return { published: (access & 1) !== 0, settable: (access & 2) !== 0, gettable: (access & 4) !== 0 };
  }
  const parts = value.kind === 'composite' ? value.fields : [];
  return {
    published: parts.some(({ published }) => published),
    settable: parts.some(({ settable }) => settable),
    gettable: parts.some(({ gettable }) => gettable),
  };
}

type Reader = (entry: Fields, depth: number) => ValueType | string;

const readers: ReadonlyMap<unknown, Reader> = new Map<unknown, Reader>([
  ['binary', binary],
  ['numeric', numeric],
  ['enum', choice],
  ['text', () => ({ kind: 'text' })],
  ['composite', composite],
  ['list', list],
]);

function valueType(entry: Fields, depth: number): ValueType | string {
  const type = fieldOf(entry, 'type');
  const reader = readers.get(type);
  if (reader === undefined) return `its type ${JSON.stringify(word(type) ?? null)} is not known`;
  return depth > maxDepth ? 'it is nested too deep' : reader(entry, depth);
}

function binary(entry: Fields): ValueType | string {
  const [on, off, toggle] = ['value_on', 'value_off', 'value_toggle'].map((key) => scalar(fieldOf(entry, key)));
  if (on === undefined || off === undefined || on === off) return 'its two values are not told apart';
  return { kind: 'binary', on, off, ...(toggle !== undefined && { toggle }) };
}

function numeric(entry: Fields): ValueType | string {
  const [minimum, maximum, step] = ['value_min', 'value_max', 'value_step'].map((key) => finite(fieldOf(entry, key)));
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) return 'its range holds no value';
  const unit = word(fieldOf(entry, 'unit'));
  return {
    kind: 'numeric',
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(step !== undefined && step > 0 && { step }),
    ...(unit !== undefined && { unit }),
    presets: presetsOf(fieldOf(entry, 'presets')),
  };
}

/** Values with a meaning of their own; they may lie outside of the range. */
function presetsOf(presets: unknown): readonly number[] {
  const list = isFields(presets) ? [presets] : listOf(presets);
  const values = list.map((preset) => (isFields(preset) ? finite(fieldOf(preset, 'value')) : undefined));
  return [...new Set(values.filter((value) => value !== undefined))].slice(0, 20);
}

function choice(entry: Fields): ValueType | string {
  const given = listOf(fieldOf(entry, 'values'));
  const values = given.map((value) => (typeof value === 'number' ? finite(value) : word(value)));
  const distinct = [...new Set(values.filter((value) => value !== undefined))];
  if (given.length > maxChoices) return `it has more than ${maxChoices} values`;
  return distinct.length === 0 || distinct.length < given.length
    ? 'its values cannot be told apart'
    : { kind: 'enum', values: distinct };
}

function composite(entry: Fields, depth: number): ValueType | string {
  const fields: Feature[] = [];
  for (const part of listOf(fieldOf(entry, 'features'))) {
    const field = isFields(part) ? featureOf(part, { depth: Math.max(depth, 1) + 1 }) : 'a part of it is no object';
    if (typeof field === 'string') return field;
    fields.push(field);
  }
  const keys = new Set(fields.map(({ key }) => key));
  if (fields.length === 0 || fields.length > 50 || keys.size < fields.length) return 'its parts cannot be told apart';
  return { kind: 'composite', fields };
}

function list(entry: Fields, depth: number): ValueType | string {
  const item = fieldOf(entry, 'item_type');
  // Older versions name the type alone.
  const type = valueType(isFields(item) ? item : { type: item }, Math.max(depth, 1) + 1);
  if (typeof type === 'string') return type;
  const least = finite(fieldOf(entry, 'length_min')) ?? 0;
  const most = finite(fieldOf(entry, 'length_max')) ?? 100;
  const fits = Number.isInteger(least) && Number.isInteger(most) && least >= 0 && most >= least && most <= 1000;
  return fits ? { kind: 'list', item: type, least, most } : 'its length is not told';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 1000) : [];
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function scalar(value: unknown): Scalar | undefined {
  return typeof value === 'boolean' ? value : (finite(value) ?? word(value));
}
