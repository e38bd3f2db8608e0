import { asBytes, asDouble, asFloat, asInteger, asText, eachField, type FieldValue } from './fields.ts';

/** Longest message that is looked at, in bytes. */
export const maxPayloadBytes = 1_048_576;
/** Most metrics of one message. */
export const maxMetrics = 5000;
/** Longest name of a metric, in bytes of UTF-8. */
export const maxNameBytes = 512;
/** Most properties of one metric, and the longest text in one. */
const maxProperties = 200;
const maxPropertyBytes = 4096;

/** What a metric or a property holds, by the field that it came in. */
export type RawValue =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'long'; readonly value: bigint }
  | { readonly kind: 'float' | 'double'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Bytes until its type says that they are text: a text that is no UTF-8 spoils its own metric alone. */
  | { readonly kind: 'string' | 'bytes'; readonly value: Uint8Array }
  /** A DataSet, a Template or an extension. */
  | { readonly kind: 'other' };

export interface RawMetric {
  readonly name?: string;
  readonly alias?: bigint;
  readonly datatype?: number;
  /** Told late: it says nothing of now. */
  readonly historical: boolean;
  readonly isNull: boolean;
  readonly value?: RawValue;
  /** Those that are one number, one truth or one text. */
  readonly properties: ReadonlyMap<string, string | number | boolean>;
}

/** A message of a node's or a device's. */
export interface Payload {
  readonly timestamp?: bigint;
  readonly seq?: bigint;
  readonly metrics: readonly RawMetric[];
}

/**
 * Reads a payload (`org.eclipse.tahu.protobuf.Payload`: timestamp 1, metrics 2, seq 3; uuid and body are not read).
 * Throws for whatever is no such message, or too much.
 */
export function decodePayload(bytes: Uint8Array): Payload {
  if (bytes.length > maxPayloadBytes) throw new Error(`${bytes.length} bytes; at most ${maxPayloadBytes} are read`);
  const metrics: RawMetric[] = [];
  let timestamp: bigint | undefined;
  let seq: bigint | undefined;
  eachField(bytes, (field, value) => {
    if (field === 1) timestamp = asInteger(value);
    else if (field === 3) seq = asInteger(value);
    else if (field === 2) {
      if (metrics.length >= maxMetrics) throw new Error(`more than ${maxMetrics} metrics`);
      metrics.push(decodeMetric(asBytes(value)));
    }
  });
  return { metrics, ...(timestamp !== undefined && { timestamp }), ...(seq !== undefined && { seq }) };
}

type Draft = { -readonly [K in keyof RawMetric]: RawMetric[K] };

const noProperties: RawMetric['properties'] = new Map();

/** name 1, alias 2, timestamp 3, datatype 4, is_historical 5, is_transient 6, is_null 7, metadata 8, properties 9. */
function decodeMetric(bytes: Uint8Array): RawMetric {
  const metric: Draft = { historical: false, isNull: false, properties: noProperties };
  eachField(bytes, (field, value) => {
    if (field === 1) metric.name = asText(value, maxNameBytes);
    else if (field === 2) metric.alias = asInteger(value);
    else if (field === 4) metric.datatype = Number(asInteger(value));
    else if (field === 5) metric.historical = asInteger(value) !== 0n;
    else if (field === 7) metric.isNull = asInteger(value) !== 0n;
    else if (field === 9) metric.properties = decodeProperties(asBytes(value));
    else if (field >= 10 && field <= 19) metric.value = decodeValue(field - 10, value);
  });
  return metric;
}

/** The `oneof` of a metric from 10 on, and that of a property from 3 on, which begin alike. */
function decodeValue(offset: number, value: FieldValue): RawValue {
  switch (offset) {
    case 0:
      return { kind: 'int', value: asInteger(value) };
    case 1:
      return { kind: 'long', value: asInteger(value) };
    case 2:
      return { kind: 'float', value: asFloat(value) };
    case 3:
      return { kind: 'double', value: asDouble(value) };
    case 4:
      return { kind: 'boolean', value: asInteger(value) !== 0n };
    case 5:
      return { kind: 'string', value: asBytes(value) };
    case 6:
      return { kind: 'bytes', value: asBytes(value) };
    default:
      return { kind: 'other' };
  }
}

/** Keys 1 and values 2, side by side. */
function decodeProperties(bytes: Uint8Array): RawMetric['properties'] {
  const keys: string[] = [];
  const values: (string | number | boolean | undefined)[] = [];
  eachField(bytes, (field, value) => {
    if (keys.length > maxProperties || values.length > maxProperties) throw new Error('too many properties');
    if (field === 1) keys.push(asText(value, maxNameBytes));
    else if (field === 2) values.push(decodeProperty(asBytes(value)));
  });
  const told = new Map<string, string | number | boolean>();
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) told.set(key, value);
  }
  return told;
}

/** type 1, is_null 2, then its value. The integers of properties that are read are small. */
function decodeProperty(bytes: Uint8Array): string | number | boolean | undefined {
  let told: string | number | boolean | undefined;
  eachField(bytes, (field, value) => {
    if (field < 3 || field > 8) return;
    if (field === 8) {
      told = asText(value, maxPropertyBytes);
      return;
    }
    const raw = decodeValue(field - 3, value);
    if (raw.kind === 'int' || raw.kind === 'long') told = signed(raw.value, raw.kind === 'int' ? 32 : 64);
    else if (raw.kind === 'float' || raw.kind === 'double' || raw.kind === 'boolean') told = raw.value;
  });
  return told;
}

function signed(value: bigint, bits: number): number {
  return Number(BigInt.asIntN(bits, value));
}
