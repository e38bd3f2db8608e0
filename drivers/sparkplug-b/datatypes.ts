import type { JsonSchema } from '../../src/driver/index.ts';

/** The scalar data types (Sparkplug 3.0 §6.4.16); their numbers are what a metric's `datatype` holds. */
const numbers = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  Text: 14,
  UUID: 15,
  Bytes: 17,
} as const;

export type Datatype = keyof typeof numbers;

// The entries of a literal object, whose keys TypeScript widens to string.
const byNumber = new Map(Object.entries(numbers).map(([name, number]) => [number as number, name as Datatype]));

/** Types that are not one value (§6.4.16): metrics of them are left out, and named in the model's summary. */
const others = new Map([
  [16, 'DataSet'],
  [18, 'File'],
  [19, 'Template'],
  [20, 'PropertySet'],
  [21, 'PropertySetList'],
]);

export function datatypeOf(number: number): Datatype | undefined {
  return byNumber.get(number);
}

export function datatypeNumber(type: Datatype): number {
  return numbers[type];
}

/** What a type is called that has no property. */
export function otherTypeName(number: number): string {
  const known = others.get(number);
  if (known !== undefined) return known;
  return number >= 22 && number <= 34 ? 'arrays' : 'unknown types';
}

/** Longest text that is kept of one metric, in characters. */
export const maxText = 4096;
/** Most bytes that are kept of one metric. */
export const maxBytes = 4096;

/** Bits of the integers, and whether they have a sign. */
export const integers: Partial<Record<Datatype, { readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }>> = {
  Int8: { bits: 8, signed: true },
  Int16: { bits: 16, signed: true },
  Int32: { bits: 32, signed: true },
  Int64: { bits: 64, signed: true },
  UInt8: { bits: 8, signed: false },
  UInt16: { bits: 16, signed: false },
  UInt32: { bits: 32, signed: false },
  UInt64: { bits: 64, signed: false },
};

/** The range of an integer as far as JSON numbers hold it exactly: ±(2^53 − 1) for the 64-bit ones. */
export function integerRange(type: Datatype): { readonly minimum: number; readonly maximum: number } | undefined {
  const shape = integers[type];
  if (shape === undefined) return undefined;
  const { bits, signed } = shape;
  const beyond = 2 ** (signed ? bits - 1 : bits);
  return {
    minimum: signed ? -Math.min(beyond, Number.MAX_SAFE_INTEGER) : 0,
    maximum: Math.min(beyond - 1, Number.MAX_SAFE_INTEGER),
  };
}

/** The largest finite value of an IEEE 754 single, in its shortest decimal. */
const maxFloat = 3.402_823_5e38;

const dateTime = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,3})?Z$',
  description: 'UTC, milliseconds at most.',
  examples: ['2026-01-01T12:00:00.000Z'],
};

const bytes = {
  type: 'string',
  maxLength: Math.ceil(maxBytes / 3) * 4,
  pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  description: 'Bytes, as base64.',
};

const schemas: Partial<Record<Datatype, JsonSchema>> = {
  Float: { type: 'number', minimum: -maxFloat, maximum: maxFloat },
  Double: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: dateTime,
  UUID: { type: 'string', format: 'uuid' },
  Bytes: bytes,
};

const text = { type: 'string', maxLength: maxText };

/** The values of a type, as JSON. */
export function valueSchema(type: Datatype): JsonSchema {
  const range = integerRange(type);
  return range === undefined ? (schemas[type] ?? text) : { type: 'integer', ...range };
}
