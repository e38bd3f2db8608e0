import { toBytes, toText } from '../bytes.ts';
import type { Conversion, FieldValue } from '../template.ts';
import { allow, untellable, type ConversionSpec } from './spec.ts';

const pattern = /^([+-]?\d+)([+-]\d+)/;
const defaultDigits = 6;

/** Longest that is read; no device writes longer ones. */
const longest = 100;

/**
 * `%m`: mantissa and signed exponent without point or e; `1234-3` is 1.234. The width is how many digits the mantissa
 * has when printed (6), the precision the fewest of the exponent (1).
 */
export function mantissaConversion(spec: ConversionSpec): Conversion {
  allow(spec, { flags: ['sign'], width: [1, 17], precision: [1, 3] });
  return {
    text: spec.text,
    expects: 'a mantissa and an exponent such as 1234-3',
    capacity: { of: 'number', selfEnding: true, digits: spec.width ?? defaultDigits },
    print: (value) => print(spec, value),
    scan(bytes, from) {
      const [found, mantissa, exponent] = pattern.exec(toText(bytes, from, from + longest)) ?? [];
      const value = Number(`${mantissa}e${exponent}`);
      if (found === undefined || found.length === longest || !Number.isFinite(value)) return undefined;
      return { value: value === 0 ? 0 : value, end: from + found.length };
    },
  };
}

function print(spec: ConversionSpec, value: FieldValue): Uint8Array {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return untellable(spec.text, value, 'is not a number');
  const { width = defaultDigits, precision = 1, flags } = spec;
  const [digits = '', power = ''] = Math.abs(number)
    .toExponential(width - 1)
    .split('e');
  const exponent = number === 0 ? 0 : Number(power) - (width - 1);
  const sign = number < 0 ? '-' : flags.sign ? '+' : '';
  const text = `${sign}${digits.replace('.', '')}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(precision, '0')}`;
  return toBytes(text) ?? untellable(spec.text, value, 'cannot be written as bytes');
}
