import { toBytes, toText } from '../bytes.ts';
import type { FieldValue } from '../template.ts';
import { untellable, type ConversionSpec } from './spec.ts';

/** Longest number without a width; no device writes longer ones, and reading them takes time. */
const longest = 400;

export const widths = [1, 300] as const;

/** Flags of every number that is written as text. */
export const numberFlags = ['left', 'sign', 'space', 'zero', 'exact'] as const;

/** The number's text, found: what the pattern's first group matched. */
export interface NumberText {
  readonly text: string;
  readonly end: number;
}

/**
 * Finds a number at `from`, padding included. `pattern` begins with `^[ \t]*` and has the number as its first group.
 * White space before it is a number's padding, and is accepted whether or not a width is given.
 */
export function findNumber(
  spec: ConversionSpec,
  pattern: RegExp,
  bytes: Uint8Array,
  from: number,
  stop: number,
): NumberText | undefined {
  const most = spec.width ?? longest;
  const window = toText(bytes, from, Math.min(stop, from + most));
  const [found, text] = pattern.exec(window) ?? [];
  if (found === undefined || text === undefined) return undefined;
  const used = found.length + (spec.flags.left ? spacesAt(window, found.length) : 0);
  const isCut = spec.width === undefined ? used >= longest : spec.flags.exact && used !== spec.width;
  return isCut ? undefined : { text, end: from + used };
}

/** Padded to the width; the sign stands before zeros (written as `nought`) and after spaces. */
export function padNumber(
  spec: ConversionSpec,
  value: FieldValue,
  isNegative: boolean,
  digits: string,
  nought = '0',
): Uint8Array {
  const { flags, width = 0 } = spec;
  const sign = isNegative ? '-' : flags.sign ? '+' : flags.space ? ' ' : '';
  const text = padded(sign, digits, width, flags, nought);
  if (flags.exact && text.length !== width) untellable(spec.text, value, `takes more than ${width} characters`);
  return toBytes(text) ?? untellable(spec.text, value, 'cannot be written as bytes');
}

function padded(sign: string, digits: string, width: number, flags: ConversionSpec['flags'], nought: string): string {
  if (flags.left) return (sign + digits).padEnd(width);
  if (flags.zero) return sign + digits.padStart(width - sign.length, nought);
  return (sign + digits).padStart(width);
}

function spacesAt(text: string, from: number): number {
  let count = 0;
  while (text[from + count] === ' ') count++;
  return count;
}
