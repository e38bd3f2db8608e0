import { toText } from './bytes.ts';
import type { Conversion, Part } from './template.ts';

const bytes = Array.from({ length: 256 }, (_, byte) => byte);
const letterOrDigit = /^[0-9A-Za-z]$/;

/**
 * The bytes that a part can begin with, but for what a number may do without: white space before it, and a plus. Of what
 * cannot be told (a regular expression, a time) letters and digits.
 */
export function beginningsOf(part: Part): ReadonlySet<number> {
  if (part.kind === 'literal') return new Set(part.bytes.slice(0, 1));
  if (part.kind === 'white-space') return new Set(Buffer.from(' \t\r\n'));
  if (part.kind !== 'field') return new Set(bytes);
  const { conversion } = part;
  const { choices, members } = conversion.capacity ?? {};
  if (members !== undefined) return members;
  if (choices !== undefined)
    return new Set(choices.flatMap(({ text }) => [...Buffer.from(text.slice(0, 1), 'latin1')]));
  const found = bytes.filter((byte) => begins(conversion, byte));
  return new Set(found.length > 0 ? found : bytes.filter((byte) => letterOrDigit.test(toText(Uint8Array.of(byte)))));
}

function begins(conversion: Conversion, byte: number): boolean {
  const isNumber = conversion.capacity?.of === 'integer' || conversion.capacity?.of === 'number';
  if (isNumber && [0x20, 0x09, 0x2b].includes(byte)) return false;
  return [[], [0x31]].some((rest) => conversion.scan(Uint8Array.of(byte, ...rest), 0, 1 + rest.length) !== undefined);
}
