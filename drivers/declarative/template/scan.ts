import { BellcrankError, quoted } from '../../../src/driver/index.ts';
import { isWhiteSpace, sameBytes, startsWithAt, toText } from './bytes.ts';
import { extentOf, tails } from './extent.ts';
import { sameValue } from './same.ts';
import { scanField } from './scan-field.ts';
import type { ChecksumPart, FieldPart, FieldValue, Part, Scanned, Template, Values } from './template.ts';

type Mismatch = Extract<Scanned, { ok: false }>;

/** One part read: where it ends, or why it does not fit. */
type Step = { readonly end: number } | Mismatch;

/**
 * Reads a whole message: every byte belongs to the template, none is left over. A field of `known` must have that value
 * (within what its conversion prints), and a name that stands twice the same one. Time is linear in the bytes, times the
 * parts; see `extentOf` for where a field ends. Never throws for what the bytes are.
 */
export function scanTemplate(template: Template, bytes: Uint8Array, known: Values): Scanned {
  const { parts } = template;
  const values = new Map<string, FieldValue>();
  const tailOf = tails(parts);
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const step = part.kind === 'field' ? field(part, index) : fixedPart(part, bytes, at);
    if (!('end' in step)) return step;
    at = step.end;
  }
  return at === bytes.length
    ? { ok: true, values: Object.fromEntries(values) }
    : mismatch(at, 'the end of the message');

  function field(part: FieldPart, index: number): Step {
    const { limit, stop } = extentOf(parts, index, tailOf[index], bytes, at);
    const found = scanField(part, bytes.subarray(0, limit), at, stop);
    if (found === undefined) return mismatch(at, part.conversion.expects);
    return accept(part, found.value) ?? { end: found.end };
  }

  function accept({ name, conversion }: FieldPart, value: FieldValue): Mismatch | undefined {
    if (name === undefined) return undefined;
    const wanted = Object.hasOwn(known, name) ? known[name] : values.get(name);
    if (wanted !== undefined && !sameValue(conversion, wanted, value)) return mismatch(at, `${name} ${shown(wanted)}`);
    if (!values.has(name)) values.set(name, value);
    return undefined;
  }
}

function fixedPart(part: Exclude<Part, FieldPart>, bytes: Uint8Array, at: number): Step {
  if (part.kind === 'literal') {
    if (startsWithAt(bytes, part.bytes, at)) return { end: at + part.bytes.length };
    return mismatch(firstDifference(part.bytes, bytes, at), JSON.stringify(toText(part.bytes).slice(0, 80)));
  }
  if (part.kind === 'any-byte') return at < bytes.length ? { end: at + 1 } : mismatch(at, 'one more byte');
  if (part.kind === 'white-space') return { end: whiteSpaceFrom(bytes, at) };
  if (part.kind === 'checksum') return checksum(part, bytes, at);
  throw new BellcrankError('driver-fault', 'a frame is read without its message');
}

function checksum(part: ChecksumPart, bytes: Uint8Array, at: number): Step {
  const expected = part.compute(bytes.subarray(0, at));
  const end = at + expected.length;
  if (end > bytes.length) return mismatch(at, `the checksum ${part.text}`);
  const actual = bytes.subarray(at, end);
  const isSame = part.hex ? toText(actual).toUpperCase() === toText(expected) : sameBytes(actual, expected);
  if (isSame) return { end };
  const told = `the checksum ${part.text}, ${digits(part, expected)}, and not ${digits(part, actual)}`;
  return { ...mismatch(at, told), checksum: true };
}

/** As text where it is written in digits. */
function digits({ isText }: ChecksumPart, bytes: Uint8Array): string {
  return isText ? quoted(toText(bytes)) : `${Buffer.from(bytes).toString('hex')} in hex`;
}

function whiteSpaceFrom(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isWhiteSpace(bytes[at])) at++;
  return at;
}

function firstDifference(wanted: Uint8Array, bytes: Uint8Array, at: number): number {
  return (
    at +
    Math.max(
      0,
      wanted.findIndex((byte, index) => bytes[at + index] !== byte),
    )
  );
}

function shown(value: FieldValue): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value).slice(0, 80);
}

function mismatch(at: number, expected: string): Mismatch {
  return { ok: false, at, expected };
}
