import { shortestOfFloat32 } from '../../src/driver/index.ts';
import { type Datatype, integerRange, integers, maxBytes, maxText } from './datatypes.ts';
import type { RawValue } from './payload.ts';

/** A metric's value as JSON has it. */
export type Value = boolean | number | string;

/** A value, or why there is none that could be told. */
export type Reading = { readonly value: Value } | { readonly unknown: string };

/** Reads a value of a type. What does not fit the type is not made to fit. */
export function readValue(type: Datatype, raw: RawValue): Reading {
  if (integers[type] !== undefined) return readInteger(type, raw);
  if (type === 'Float' || type === 'Double') return readNumber(raw);
  if (type === 'DateTime') return readDateTime(raw);
  if (type === 'Boolean') return raw.kind === 'boolean' ? { value: raw.value } : unfit(type, raw);
  if (type === 'Bytes') return raw.kind === 'bytes' ? readBytes(raw.value) : unfit(type, raw);
  return raw.kind === 'string' ? readText(raw.value) : unfit(type, raw);
}

function unfit(type: Datatype, { kind }: RawValue): Reading {
  return { unknown: `the device told a value in the ${kind} field, and it is a ${type}` };
}

/**
 * Integers have fields without a sign: a negative one comes as two's complement, widened to 32 or 64 bits by most
 * encoders, and left as narrow as its type by some. Both are read; anything between is not its type's.
 */
function readInteger(type: Datatype, raw: RawValue): Reading {
  const { bits, signed } = integers[type] ?? { bits: 64, signed: false };
  if (raw.kind !== 'int' && raw.kind !== 'long') return unfit(type, raw);
  // 32 bits do not say whether they were meant with a sign.
  if (bits === 64 && signed && raw.kind === 'int' && raw.value >= 2n ** 31n) return unfit(type, raw);
  const value = signed ? signedOf(raw.value, raw.kind === 'int' ? 32 : 64, bits) : raw.value;
  const limit = signed ? 2n ** BigInt(bits - 1) : 2n ** BigInt(bits);
  if (value >= limit || (signed && value < -limit)) return { unknown: `the device told ${value}, beyond ${type}` };
  return safe(value);
}

function signedOf(value: bigint, fieldBits: number, bits: number): bigint {
  // A protobuf int32 that is negative takes ten bytes: some encoders write one into int_value.
  const narrow = BigInt.asUintN(fieldBits, value);
  return narrow < 2n ** BigInt(bits) ? BigInt.asIntN(bits, narrow) : BigInt.asIntN(fieldBits, narrow);
}

/** JSON numbers hold integers exactly up to 2^53 − 1; beyond, a rounded one would be a lie. */
function safe(value: bigint): Reading {
  const { minimum, maximum } = integerRange('Int64') ?? { minimum: 0, maximum: 0 };
  if (value >= BigInt(minimum) && value <= BigInt(maximum)) return { value: Number(value) };
  return { unknown: `the device told ${value}, which a JSON number does not hold exactly` };
}

function readNumber(raw: RawValue): Reading {
  if (raw.kind !== 'float' && raw.kind !== 'double') return { unknown: 'the device told no floating-point number' };
  if (!Number.isFinite(raw.value)) return { unknown: `the device told ${raw.value}` };
  // A negative zero is a zero.
  return { value: (raw.kind === 'float' ? shortestOfFloat32(raw.value) : raw.value) + 0 };
}

const lastInstant = Date.UTC(10_000, 0) - 1;

/** Milliseconds since 1970 (§6.4.16). */
function readDateTime(raw: RawValue): Reading {
  if (raw.kind !== 'long') return { unknown: 'the device told no instant' };
  const ms = Number(BigInt.asIntN(64, raw.value));
  if (ms < 0 || ms > lastInstant) return { unknown: `the device told the instant ${ms} ms, outside 1970 to 9999` };
  return { value: new Date(ms).toISOString() };
}

function readText(bytes: Uint8Array): Reading {
  if (bytes.length > 4 * maxText) return { unknown: `the device told a text of ${bytes.length} bytes` };
  try {
    const value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (value.length > maxText) return { unknown: `the device told a text of ${value.length} characters` };
    return { value };
  } catch {
    return { unknown: 'the device told a text that is not UTF-8' };
  }
}

function readBytes(bytes: Uint8Array): Reading {
  if (bytes.length > maxBytes) return { unknown: `the device told ${bytes.length} bytes` };
  return { value: Buffer.from(bytes).toString('base64') };
}

/** The value as it will be told back: a Float is the shortest number of its 24 bits, an instant has its milliseconds written out. */
export function canonical(type: Datatype, value: Value): Value {
  if (type === 'Float' && typeof value === 'number') return shortestOfFloat32(Math.fround(value)) + 0;
  if (type === 'Double' && typeof value === 'number') return value + 0;
  if (type === 'DateTime' && typeof value === 'string') return new Date(value).toISOString();
  if (type === 'UUID' && typeof value === 'string') return value.toLowerCase();
  return value;
}

/** Whether the device told what was asked for. */
export function sameValue(type: Datatype, asked: Value, told: Value): boolean {
  return canonical(type, asked) === canonical(type, told);
}
