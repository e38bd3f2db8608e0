import { toBytes, toText } from '../bytes.ts';
import type { Conversion, FieldValue } from '../template.ts';
import { allow, untellable, type ConversionSpec } from './spec.ts';

/** Widest text and longest run of characters. */
export const textWidths = [1, 10_000] as const;

/**
 * `%s`: text up to the next literal, the end or the width. It is padded to the width with spaces when printed, and never
 * trimmed when read. With `#` it may be empty.
 */
export function textConversion(spec: ConversionSpec): Conversion {
  allow(spec, { flags: ['left', 'alternate', 'exact'], width: textWidths });
  const { width, flags } = spec;
  return {
    text: spec.text,
    expects: 'text',
    capacity: {
      of: 'text',
      ...(width !== undefined && { width }),
      ...(width !== undefined && flags.exact && { bytes: width }),
      ...(flags.alternate && { empty: true }),
    },
    print: (value) => printText(spec, value),
    scan(bytes, from, stop) {
      const end = Math.min(stop, bytes.length, from + (width ?? Infinity));
      if (end < from || (end === from && !flags.alternate)) return undefined;
      if (flags.exact && end - from !== width) return undefined;
      return { value: toText(bytes, from, end), end };
    },
  };
}

/** `%c`, `%4c`: exactly so many characters, whatever they are. */
export function charactersConversion(spec: ConversionSpec): Conversion {
  allow(spec, { width: textWidths });
  const count = spec.width ?? 1;
  return {
    text: spec.text,
    expects: count === 1 ? 'one character' : `${count} characters`,
    capacity: { of: 'text', bytes: count, width: count },
    print(value) {
      const bytes = bytesOf(spec, value);
      return bytes.length === count ? bytes : untellable(spec.text, value, `does not have ${count} characters`);
    },
    scan(bytes, from) {
      const end = from + count;
      return end <= bytes.length ? { value: toText(bytes, from, end), end } : undefined;
    },
  };
}

/** The characters of a text, or of a number as people write it; one byte each. */
export function bytesOf(spec: ConversionSpec, value: FieldValue): Uint8Array {
  const isNumber = typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
  if (typeof value !== 'string' && !isNumber) return untellable(spec.text, value, 'is not text');
  return toBytes(String(value)) ?? untellable(spec.text, value, 'has a character that is not one byte (above U+00FF)');
}

function printText(spec: ConversionSpec, value: FieldValue): Uint8Array {
  const { width = 0, flags } = spec;
  const text = toText(bytesOf(spec, value));
  if (text === '' && !flags.alternate) untellable(spec.text, value, 'is empty');
  if (spec.width !== undefined && text.length > width)
    untellable(spec.text, value, `has more than ${width} characters`);
  return toBytes(flags.left ? text.padEnd(width) : text.padStart(width)) ?? new Uint8Array();
}
