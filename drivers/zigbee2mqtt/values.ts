import { type Fields, fieldOf, isFields, type JsonSchema, tellsAll } from '../../src/driver/index.ts';
import type { Feature, ValueType } from './exposes.ts';

const maxText = 4096;

/** What can be read. A range is not held against what a device tells: some tell 255 where 254 was announced. */
export function readSchema(value: ValueType): JsonSchema {
  switch (value.kind) {
    case 'binary':
      return { type: 'boolean' };
    case 'numeric':
      return { type: 'number', ...(value.unit !== undefined && { unit: value.unit }) };
    case 'enum':
      return { enum: value.values };
    case 'text':
      return { type: 'string', maxLength: maxText };
    case 'composite':
      return objectOf(value.fields, ({ value: field }) => readSchema(field));
    case 'list':
    default:
      return { type: 'array', items: readSchema(value.item), maxItems: 1000 };
  }
}

/** What may be written. */
export function writeSchema({ name, value }: Pick<Feature, 'name' | 'value'>): JsonSchema {
  switch (value.kind) {
    case 'numeric':
      return withPresets(value);
    case 'composite': {
      const fields = value.fields.filter(({ settable }) => settable);
      const object = objectOf(fields, writeSchema);
      // Half a color is none.
      return name.startsWith('color_')
        ? { ...object, required: fields.map(({ key }) => key) }
        : { ...object, minProperties: 1 };
    }
    case 'list': {
      const items = writeSchema({ name: '', value: value.item });
      return { type: 'array', items, minItems: value.least, maxItems: value.most };
    }
    case 'binary':
    case 'enum':
    case 'text':
    default:
      return readSchema(value);
  }
}

function objectOf(fields: readonly Feature[], schema: (feature: Feature) => JsonSchema): JsonSchema {
  const properties = Object.fromEntries(fields.map((field) => [field.key, { title: field.label, ...schema(field) }]));
  return { type: 'object', properties, additionalProperties: false };
}

function withPresets(value: Extract<ValueType, { kind: 'numeric' }>): JsonSchema {
  const { minimum, maximum, unit, presets } = value;
  const range = {
    type: 'number',
    ...(unit !== undefined && { unit }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...stepOf(value),
  };
  const beyond = presets.filter((preset) => preset < (minimum ?? -Infinity) || preset > (maximum ?? Infinity));
  return beyond.length === 0 ? range : { anyOf: [range, { enum: beyond }] };
}

/** Steps count from the lowest value, which JSON Schema can only say of those that count from 0. */
function stepOf({ minimum = 0, step }: { readonly minimum?: number; readonly step?: number }): JsonSchema {
  if (step === undefined) return {};
  const steps = minimum / step;
  return Math.abs(steps - Math.round(steps)) < 1e-9 ? { multipleOf: step } : {};
}

/** A value as zigbee2mqtt tells it, in ours; undefined where it is not of its type. */
export function decode(type: ValueType, told: unknown): unknown {
  switch (type.kind) {
    case 'binary':
      return told === type.on ? true : told === type.off ? false : undefined;
    case 'numeric':
      return typeof told === 'number' && Number.isFinite(told) ? told : undefined;
    case 'enum':
      return type.values.find((value) => value === told);
    case 'text':
      return typeof told === 'string' && told.length <= maxText ? told : undefined;
    case 'composite':
      return isFields(told) ? decodeFields(type.fields, told) : undefined;
    case 'list':
    default:
      return decodeList(type.item, told);
  }
}

function decodeFields(fields: readonly Feature[], told: Fields): Fields | undefined {
  const known = fields.map(({ key, value }) => [key, decode(value, fieldOf(told, key))] as const);
  const decoded = known.filter(([, value]) => value !== undefined);
  return decoded.length === 0 ? undefined : Object.fromEntries(decoded);
}

function decodeList(item: ValueType, told: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(told) || told.length > 1000) return undefined;
  const values = told.map((value) => decode(item, value));
  return values.includes(undefined) ? undefined : values;
}

/** A value of ours as zigbee2mqtt takes it; it was validated against `writeSchema`. */
export function encode(type: ValueType, value: unknown): unknown {
  switch (type.kind) {
    case 'binary':
      return value === true ? type.on : type.off;
    case 'composite':
      return isFields(value) ? encodeFields(type.fields, value) : value;
    case 'list':
      return Array.isArray(value) ? value.map((entry) => encode(type.item, entry)) : value;
    case 'numeric':
    case 'enum':
    case 'text':
    default:
      return value;
  }
}

function encodeFields(fields: readonly Feature[], value: Fields): Fields {
  const given = fields.filter(({ key }) => Object.hasOwn(value, key));
  return Object.fromEntries(given.map((field) => [field.key, encode(field.value, fieldOf(value, field.key))]));
}

/** Colors are converted to what the bulb can show and back. */
const tolerances: Readonly<Record<string, number>> = { color_xy: 0.005, color_hs: 1 };

/** Whether a state tells the value that was asked for. Other fields of an object do not matter. */
export function tells({ name, value }: Feature, asked: unknown, told: unknown): boolean {
  const tolerance = Object.hasOwn(tolerances, name) ? tolerances[name] : 1e-6;
  return tellsAll(asked, decode(value, told), tolerance);
}
