import {
  BellcrankError,
  type Fields,
  fieldOf,
  isFields,
  type JsonSchema,
  payloadJson,
  payloadText,
} from '../../src/driver/index.ts';
import type { ColorForm, Range, ValueType } from './types.ts';

const maxText = 16_384;

/** The parts of a color, and their largest values (Homie 5, "Color"). */
const colorParts: Readonly<Record<ColorForm, Readonly<Record<string, number>>>> = {
  rgb: { r: 255, g: 255, b: 255 },
  hsv: { h: 360, s: 100, v: 100 },
  // z is what is left of 1.
  xyz: { x: 1, y: 1 },
};

/** ISO 8601; a zone is not required. */
const datetime = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)?(Z|[+-]\\d{2}(:?\\d{2})?)?$';
/** Hours, minutes and seconds, at least one of them (Homie 5, "Duration"). */
const duration = '^PT(\\d+H(\\d+M)?(\\d+S)?|\\d+M(\\d+S)?|\\d+S)$';

/** What can be read; a range is not held against what a device tells. */
export function readSchema(type: ValueType): JsonSchema {
  switch (type.kind) {
    case 'integer':
      return { type: 'integer' };
    case 'float':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'enum':
      return { enum: type.values };
    case 'datetime':
      return { type: 'string', pattern: datetime, maxLength: 40 };
    case 'duration':
      return { type: 'string', pattern: duration, maxLength: 40 };
    case 'color':
      return colorSchema(type.forms);
    case 'json':
      return type.schema;
    case 'string':
    default:
      return { type: 'string', maxLength: maxText };
  }
}

/** What may be written. */
export function writeSchema(type: ValueType): JsonSchema {
  if (type.kind !== 'integer' && type.kind !== 'float') return readSchema(type);
  const { minimum, maximum } = type;
  const safe = type.kind === 'integer' ? { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } : {};
  return {
    ...readSchema(type),
    ...safe,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...stepSchema(type),
  };
}

/** Steps count from the lowest value, else from the highest; JSON Schema can only say so of those that hold 0. */
function stepSchema({ minimum, maximum, step }: Range): JsonSchema {
  const base = minimum ?? maximum;
  return step !== undefined && base !== undefined && isOnStep(base, 0, step) ? { multipleOf: step } : {};
}

function isOnStep(value: number, base: number, step: number): boolean {
  const steps = (value - base) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

function colorSchema(forms: readonly ColorForm[]): JsonSchema {
  const schemas = forms.map((form) => {
    const type = form === 'xyz' ? 'number' : 'integer';
    const parts = Object.entries(colorParts[form]).map(([part, maximum]) => [part, { type, minimum: 0, maximum }]);
    const required = Object.keys(colorParts[form]);
    return { type: 'object', properties: Object.fromEntries(parts), required, additionalProperties: false };
  });
  const [only] = schemas;
  return schemas.length === 1 && only !== undefined ? only : { anyOf: schemas };
}

/** A payload as a value; undefined where it is none of its type. */
export function decode(type: ValueType, payload: Uint8Array): unknown {
  if (type.kind === 'json') return jsonOf(payload);
  const text = payloadText(payload, maxText);
  if (text === undefined || text === '') return undefined;
  switch (type.kind) {
    case 'integer':
      return integerOf(text);
    case 'float':
      return floatOf(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'enum':
      return type.values.includes(text) ? text : undefined;
    case 'color':
      return colorOf(text, type.forms, type.named);
    case 'datetime':
      return new RegExp(datetime).test(text) ? text : undefined;
    case 'duration':
      return new RegExp(duration).test(text) ? text : undefined;
    case 'string':
    default:
      // A payload of no bytes would clear the topic, so an empty string is one byte 0 (Homie 5, "Empty string values").
      return text === '\0' ? '' : text;
  }
}

function jsonOf(payload: Uint8Array): unknown {
  const value = payloadJson(payload)?.value;
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** 64 bits are more than a number in JSON holds exactly; what it cannot hold is not told as another one. */
function integerOf(text: string): number | undefined {
  const value = /^-?\d{1,19}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function floatOf(text: string): number | undefined {
  const value = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

function colorOf(text: string, forms: readonly ColorForm[], named: boolean): Fields | undefined {
  const [only] = forms;
  const [name, ...rest] = named ? text.split(',') : [only, ...text.split(',')];
  const form = forms.find((known) => known === name);
  if (form === undefined) return undefined;
  const parts = Object.entries(colorParts[form]);
  const numbers = rest.map((part = '') => (form === 'xyz' ? floatOf(part) : integerOf(part)));
  const fits = parts.every(([, most], index) => (numbers[index] ?? -1) >= 0 && (numbers[index] ?? -1) <= most);
  return fits && numbers.length === parts.length
    ? Object.fromEntries(parts.map(([part], index) => [part, numbers[index]]))
    : undefined;
}

/**
 * A value as the payload of a `set` message; it was validated against `writeSchema`. Throws `invalid-request` for a number
 * between two steps that the schema cannot tell.
 */
export function encode(type: ValueType, value: unknown): string {
  switch (type.kind) {
    case 'integer':
    case 'float':
      return numberText(type, value);
    case 'color':
      return colorText(type.forms, type.named, value);
    case 'json':
      return JSON.stringify(value);
    case 'boolean':
    case 'enum':
    case 'string':
    case 'datetime':
    case 'duration':
    default:
      return value === '' ? '\0' : String(value);
  }
}

function numberText({ minimum, maximum, step }: Range, value: unknown): string {
  const base = minimum ?? maximum;
  if (typeof value === 'number' && step !== undefined && base !== undefined && !isOnStep(value, base, step)) {
    throw new BellcrankError('invalid-request', `it goes in steps of ${step} from ${base}; nothing was sent`);
  }
  return String(value);
}

function colorText(forms: readonly ColorForm[], named: boolean, value: unknown): string {
  const fields = isFields(value) ? value : {};
  const form = forms.find((known) => Object.keys(colorParts[known]).every((part) => Object.hasOwn(fields, part)));
  if (form === undefined) throw new BellcrankError('invalid-request', 'the color has no known form; nothing was sent');
  const numbers = Object.keys(colorParts[form]).map((part) => String(fieldOf(fields, part)));
  return (named ? [form, ...numbers] : numbers).join(',');
}
