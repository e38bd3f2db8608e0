import { shortestOfFloat32 } from '../../../../src/driver/index.ts';
import type { Conversion, FieldValue } from '../template.ts';
import { allow, refuse, untellable, type ConversionSpec } from './spec.ts';
import { asNumber, whole } from './whole.ts';

/** `%2r`: an integer of 1 to 8 bytes, most significant first; `#` least first; `+` signed (two's complement). */
export function rawIntegerConversion(spec: ConversionSpec): Conversion {
  allow(spec, { flags: ['alternate', 'sign'], width: [1, 8] });
  const { width: count = 1, flags } = spec;
  const bits = 8 * count;
  const minimum = flags.sign ? -(2n ** BigInt(bits - 1)) : 0n;
  const maximum = minimum + 2n ** BigInt(bits) - 1n;
  return {
    text: spec.text,
    expects: count === 1 ? 'a byte' : `an integer of ${count} bytes`,
    capacity: { of: 'integer', bytes: count, width: count, minimum: asNumber(minimum), maximum: asNumber(maximum) },
    print(value) {
      const number = whole(spec.text, value);
      if (number < minimum || number > maximum) untellable(spec.text, value, `is not ${minimum} to ${maximum}`);
      return ordered(spec, bytesOf(BigInt.asUintN(bits, number), count));
    },
    scan(bytes, from) {
      if (from + count > bytes.length) return undefined;
      const raw = BigInt(`0x${Buffer.from(ordered(spec, bytes.slice(from, from + count))).toString('hex')}`);
      return { value: asNumber(flags.sign ? BigInt.asIntN(bits, raw) : raw), end: from + count };
    },
    typed(type) {
      return type === 'boolean' ? rawBoolean(this) : this;
    },
  };
}

/** `%4R %8R`: an IEEE 754 float, most significant byte first; `#` least first. Never NaN or Infinity. */
export function rawFloatConversion(spec: ConversionSpec): Conversion {
  allow(spec, { flags: ['alternate'], width: [4, 8] });
  const { width: count } = spec;
  if (count !== 4 && count !== 8) return refuse(spec, 'a float has 4 or 8 bytes');
  return {
    text: spec.text,
    expects: `a float of ${count} bytes`,
    capacity: { of: 'number', bytes: count, width: count, digits: count === 4 ? 6 : 15 },
    print: (value) => ordered(spec, floatBytes(spec, count, value)),
    scan(bytes, from) {
      if (from + count > bytes.length) return undefined;
      const raw = Buffer.from(ordered(spec, bytes.slice(from, from + count)));
      const value = count === 4 ? shortestOfFloat32(raw.readFloatBE()) : raw.readDoubleBE();
      return Number.isFinite(value) ? { value: value === 0 ? 0 : value, end: from + count } : undefined;
    },
  };
}

function floatBytes(spec: ConversionSpec, count: 4 | 8, value: FieldValue): Uint8Array {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') return untellable(spec.text, value, 'is not a number');
  if (!Number.isFinite(count === 4 ? Math.fround(number) : number)) untellable(spec.text, value, 'is too great');
  const bytes = Buffer.alloc(count);
  if (count === 4) bytes.writeFloatBE(number);
  else bytes.writeDoubleBE(number);
  return bytes;
}

/** 0 is false and 1 is true; another number is not there. */
function rawBoolean(conversion: Conversion): Conversion {
  return {
    ...conversion,
    expects: '0 or 1',
    scan(bytes, from, stop) {
      const found = conversion.scan(bytes, from, stop);
      return found && (found.value === 0 || found.value === 1) ? { ...found, value: found.value === 1 } : undefined;
    },
  };
}

function bytesOf(value: bigint, count: number): Uint8Array {
  return Buffer.from(value.toString(16).padStart(2 * count, '0'), 'hex');
}

function ordered({ flags }: ConversionSpec, bytes: Uint8Array): Uint8Array {
  return flags.alternate ? bytes.toReversed() : bytes;
}
