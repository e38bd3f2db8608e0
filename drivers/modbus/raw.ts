import { BellcrankError, shortestOfFloat32 } from '../../src/driver/index.ts';
import { bitFieldOf, extract, largestOf } from './bit-field.ts';
import type { Register } from './register-schema.ts';

/** What a register holds before scale, offset and meaning. */
export type Raw = number | bigint;

interface Range {
  readonly bits: 16 | 32 | 64;
  readonly signed: boolean;
}

const integers: Readonly<Record<string, Range>> = {
  int16: { bits: 16, signed: true },
  uint16: { bits: 16, signed: false },
  int32: { bits: 32, signed: true },
  uint32: { bits: 32, signed: false },
  int64: { bits: 64, signed: true },
  uint64: { bits: 64, signed: false },
};

/** The integers that fit; undefined for a float. `bool`, `bits` and `enum` count as what they lie in. */
export function rawRange(register: Register): { readonly min: bigint; readonly max: bigint } | undefined {
  const { type, values = {} } = register;
  const field = bitFieldOf(register);
  if (field !== undefined) return { min: 0n, max: BigInt(largestOf(field)) };
  if (type === 'bool') return { min: 0n, max: 1n };
  if (type === 'float32' || type === 'float64') return undefined;
  // An enum with negative numbers lies in a signed register.
  const signed = type === 'enum' && Object.values(values).some((value) => value < 0);
  const { bits, signed: isSigned } = integers[type] ?? { bits: 16, signed };
  return isSigned
    ? { min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n }
    : { min: 0n, max: 2n ** BigInt(bits) - 1n };
}

/** `bytes` are whole registers, most significant byte first. */
export function rawFrom(register: Register, bytes: Buffer): Raw {
  if (register.type === 'float32') return shortestOfFloat32(bytes.readFloatBE());
  if (register.type === 'float64') return bytes.readDoubleBE();
  const field = bitFieldOf(register);
  if (field !== undefined) return extract(bytes.readUInt16BE(), field);
  const { min } = rawRange(register) ?? { min: 0n };
  if (bytes.length === 8) return min < 0n ? bytes.readBigInt64BE() : bytes.readBigUInt64BE();
  return min < 0n ? bytes.readIntBE(0, bytes.length) : bytes.readUIntBE(0, bytes.length);
}

/** The inverse, for values that take whole registers. Throws `invalid-request` for what does not fit: never clipped. */
export function rawTo(register: Register, raw: Raw, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const range = rawRange(register);
  if (range === undefined) return floatTo(register, Number(raw), buffer);
  const integer = BigInt(raw);
  assertFits(integer, range);
  const unsigned = BigInt.asUintN(bytes * 8, integer);
  buffer.write(unsigned.toString(16).padStart(bytes * 2, '0'), 'hex');
  return buffer;
}

export function assertFits(integer: bigint, { min, max }: { readonly min: bigint; readonly max: bigint }): void {
  if (integer >= min && integer <= max) return;
  throw new BellcrankError('invalid-request', `the register would have to hold ${integer}, and holds ${min} to ${max}`);
}

function floatTo({ type }: Register, value: number, buffer: Buffer): Buffer {
  if (type === 'float64') buffer.writeDoubleBE(value);
  else buffer.writeFloatBE(value);
  const kept = type === 'float64' ? value : Math.fround(value);
  if (!Number.isFinite(kept)) {
    throw new BellcrankError('invalid-request', `${value} is not a number that a ${type} holds`);
  }
  return buffer;
}
