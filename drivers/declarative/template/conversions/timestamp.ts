import { toBytes, toText } from '../bytes.ts';
import type { Conversion, FieldValue } from '../template.ts';
import { allow, untellable, type ConversionSpec } from './spec.ts';
import { formatOf, writeToken, type TimeFormat } from './time-format.ts';
import { instantOf, isoText, parseIso, toDevice } from './time-parts.ts';

/**
 * `%T(%Y-%m-%d %H:%M:%S|+02:00)`: a date and time as the device writes it, in its zone (UTC where none is given), and as
 * ISO 8601 text in UTC for everybody else. A fraction finer than the template's is cut off, as clocks do.
 */
export function timestampConversion(spec: ConversionSpec): Conversion {
  allow(spec, {});
  const format = formatOf(spec);
  return {
    text: spec.text,
    expects: `a time as ${spec.argument}`,
    capacity: { of: 'time', bytes: format.size, width: format.size },
    print: (value) => print(spec, format, value),
    scan(bytes, from) {
      const found = format.pattern.exec(toText(bytes, from, from + format.size));
      const instant = found?.groups && instantOf(found.groups, format.offsetMinutes);
      return instant && { value: isoText(instant), end: from + format.size };
    },
  };
}

function print(spec: ConversionSpec, format: TimeFormat, value: FieldValue): Uint8Array {
  const instant = typeof value === 'string' ? parseIso(value) : undefined;
  if (instant === undefined) return untellable(spec.text, value, 'is no ISO 8601 date and time with its zone');
  const local = toDevice(instant, format.offsetMinutes);
  const [first, last] = format.years;
  if (local.year < first || local.year > last) untellable(spec.text, value, `is not in the years ${first} to ${last}`);
  const text = format.tokens.map((token) => writeToken(token, local)).join('');
  return toBytes(text) ?? untellable(spec.text, value, 'cannot be written as bytes');
}
