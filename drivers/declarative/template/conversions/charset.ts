import { toText } from '../bytes.ts';
import { Cursor } from '../cursor.ts';
import { readPlainByte } from '../escapes.ts';
import type { Conversion } from '../template.ts';
import { allow, refuse, untellable, type ConversionSpec } from './spec.ts';
import { bytesOf, textWidths } from './text.ts';

/** `%[A-Z0-9_]`: one or more characters of the set, at most the width; `[^…]`: of its complement. */
export function charsetConversion(spec: ConversionSpec): Conversion {
  allow(spec, { flags: ['exact'], width: textWidths });
  const members = membersOf(spec);
  const { width, flags } = spec;
  const isRight = (length: number): boolean =>
    length > 0 && length <= (width ?? Infinity) && (!flags.exact || length === width);
  return {
    text: spec.text,
    expects: `characters of [${spec.argument}]`,
    capacity: {
      of: 'text',
      members,
      ...(width !== undefined && { width }),
      ...(width !== undefined && flags.exact && { bytes: width }),
    },
    print(value) {
      const bytes = bytesOf(spec, value);
      if (!isRight(bytes.length)) untellable(spec.text, value, 'does not have the right length');
      const isMember = bytes.every((byte) => members.has(byte));
      return isMember ? bytes : untellable(spec.text, value, 'has a character that is not in the set');
    },
    scan(bytes, from, stop) {
      const most = Math.min(stop, bytes.length, from + (width ?? Infinity));
      let end = from;
      while (end < most && members.has(bytes[end] ?? -1)) end++;
      return isRight(end - from) ? { value: toText(bytes, from, end), end } : undefined;
    },
  };
}

function membersOf(spec: ConversionSpec): ReadonlySet<number> {
  const cursor = new Cursor(spec.argument, spec.argumentAt);
  const isComplement = cursor.accept('^');
  if (cursor.done) refuse(spec, 'the set is empty');
  const named = new Set<number>();
  while (!cursor.done) for (const byte of readRange(spec, cursor)) named.add(byte);
  if (!isComplement) return named;
  return new Set(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !named.has(byte)));
}

/** `A-Z`, or one character; a `-` at either end stands for itself. */
function readRange(spec: ConversionSpec, cursor: Cursor): number[] {
  const first = readPlainByte(cursor, ']-^');
  const isRange = cursor.peek === '-' && cursor.at + 1 < cursor.text.length;
  if (!isRange) return [first];
  cursor.next();
  const last = readPlainByte(cursor, ']-^');
  if (last < first) refuse(spec, 'a range in it runs backwards');
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
