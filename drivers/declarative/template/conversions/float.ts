import type { Capacity, Conversion, FieldValue } from '../template.ts';
import { exponential, fixed, general } from './float-text.ts';
import { findNumber, numberFlags, padNumber, widths } from './number-text.ts';
import { allow, untellable, type ConversionSpec } from './spec.ts';

const pattern = /^[ \t]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/;

/** Digits after the point where the template does not say, as in C. */
const defaultPrecision = 6;

/** `%f %e %E %g %G`: a decimal number. Any decimal or exponent form is read; never NaN or Infinity. */
export function floatConversion(spec: ConversionSpec): Conversion {
  allow(spec, { flags: [...numberFlags, 'alternate'], width: widths, precision: [0, 50] });
  const conversion: Conversion = {
    text: spec.text,
    expects: 'a number',
    capacity: capacityOf(spec),
    print: (value) => print(spec, value),
    scan(bytes, from, stop) {
      const found = findNumber(spec, pattern, bytes, from, stop);
      const value = Number(found?.text);
      return found && Number.isFinite(value) ? { value: value === 0 ? 0 : value, end: found.end } : undefined;
    },
    typed: (type) => (type === 'integer' ? wholeOnly(conversion) : conversion),
  };
  return conversion;
}

function print(spec: ConversionSpec, value: FieldValue): Uint8Array {
  const isNumber = typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
  if (!isNumber) return untellable(spec.text, value, 'is not a number');
  const magnitude = value < 0 ? -value : value;
  const digits = digitsOf(spec, magnitude);
  // What is rounded to nothing has no sign.
  return padNumber(spec, value, value < 0 && /[1-9]/.test(digits.replace(/[eE].*/, '')), digits);
}

function digitsOf({ letter, precision = defaultPrecision, flags }: ConversionSpec, value: number | bigint): string {
  const lower = letter.toLowerCase();
  if (lower === 'f') return fixed(value, precision, flags.alternate);
  const number = Number(value);
  const text =
    lower === 'e' ? exponential(number, precision, flags.alternate) : general(number, precision, flags.alternate);
  return letter === lower ? text : text.toUpperCase();
}

function capacityOf({ letter, precision = defaultPrecision, flags, width }: ConversionSpec): Capacity {
  const size = { ...(width !== undefined && { width }), ...(flags.exact && width !== undefined && { bytes: width }) };
  if (letter === 'e' || letter === 'E') return { of: 'number', ...size, digits: precision + 1 };
  if (letter !== 'f') return { of: 'number', ...size, digits: Math.max(1, precision) };
  if (width === undefined) return { of: 'number', decimals: precision };
  const room = width - (precision > 0 || flags.alternate ? precision + 1 : 0);
  const most = (digits: number): number => Number(`${'9'.repeat(Math.max(1, digits))}.${'9'.repeat(precision)}`);
  const maximum = most(room - (flags.sign || flags.space ? 1 : 0));
  return { of: 'number', ...size, decimals: precision, minimum: room > 1 ? -most(room - 1) : 0, maximum };
}

/** For an integer's schema: `5.000` is 5, and `5.1` is not there. */
function wholeOnly(conversion: Conversion): Conversion {
  return {
    ...conversion,
    expects: 'a whole number',
    scan(bytes, from, stop) {
      const found = conversion.scan(bytes, from, stop);
      return Number.isInteger(found?.value) ? found : undefined;
    },
  };
}
