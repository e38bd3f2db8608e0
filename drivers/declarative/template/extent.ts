import { beginningsOf } from './begins.ts';
import { indexOf, isWhiteSpace } from './bytes.ts';
import type { Conversion, FieldPart, Part } from './template.ts';

/** How many bytes a part always takes; undefined where that depends on what it holds. */
export function sizeOf(part: Part): number | undefined {
  if (part.kind === 'literal') return part.bytes.length;
  if (part.kind === 'any-byte') return 1;
  if (part.kind === 'checksum') return part.size ?? part.compute(new Uint8Array()).length;
  if (part.kind !== 'field' || part.separator !== undefined || part.fallback !== undefined) return undefined;
  return part.conversion.capacity?.bytes;
}

/** For each part: how many bytes all parts after it take; undefined where that is not known. */
export function tails(parts: readonly Part[]): readonly (number | undefined)[] {
  const sizes: (number | undefined)[] = [];
  let tail: number | undefined = 0;
  for (const part of parts.toReversed()) {
    sizes.push(tail);
    const size = sizeOf(part);
    tail = tail === undefined || size === undefined ? undefined : tail + size;
  }
  return sizes.toReversed();
}

/** Where a field must end at the latest, and where one that has no width of its own ends. */
export interface Extent {
  readonly limit: number;
  readonly stop: number;
}

/**
 * The bytes that are left to the field `parts[index]`, which begins at `from`. Where the rest of the template always
 * takes the same number of bytes, it ends that far before the end. A number before a choice or a set that cannot go on
 * with it ends with its last digit. Otherwise a field ends where the next literal first
 * stands, or the next white space; parts of a fixed size in between are counted. Nothing is tried twice: where a field
 * of unknown size follows directly, the first one takes everything.
 */
export function extentOf(
  parts: readonly Part[],
  index: number,
  tail: number | undefined,
  bytes: Uint8Array,
  from: number,
): Extent {
  if (tail !== undefined) {
    const end = Math.max(from, bytes.length - tail);
    return { limit: end, stop: end };
  }
  if (endsItself(parts, index)) return { limit: bytes.length, stop: bytes.length };
  const part = parts[index];
  const least = part?.kind === 'field' ? leastOf(part, bytes, from) : from;
  return { limit: bytes.length, stop: Math.max(from, nextEnd(parts, index + 1, bytes, Math.min(least, bytes.length))) };
}

/** A number's sign is not the literal that ends it, nor is its first digit. */
function leastOf({ conversion: { capacity } }: FieldPart, bytes: Uint8Array, from: number): number {
  if (capacity?.of !== 'integer' && capacity?.of !== 'number') return from;
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  return bytes[at] === 0x2b || bytes[at] === 0x2d ? at + 2 : at + 1;
}

/** For each list of parts, which of them are numbers that what follows cannot go on with. */
const selfEnding = new WeakMap<readonly Part[], readonly boolean[]>();

function endsItself(parts: readonly Part[], index: number): boolean {
  const known = selfEnding.get(parts) ?? parts.map((part, at) => isStopped(part, parts[at + 1]));
  selfEnding.set(parts, known);
  return known[index] === true;
}

function isStopped(part: Part, next: Part | undefined): boolean {
  if (part.kind !== 'field' || part.separator !== undefined || next?.kind !== 'field') return false;
  const { capacity } = part.conversion;
  if (capacity?.of !== 'integer' && capacity?.of !== 'number') return false;
  const { choices, members, otherwise } = next.conversion.capacity ?? {};
  const mayBeNothing =
    next.fallback !== undefined || otherwise !== undefined || choices?.some(({ text }) => text === '');
  if (mayBeNothing === true || (choices === undefined && members === undefined)) return false;
  return [...beginningsOf(next)].every((byte) => !goesOn(part.conversion, byte));
}

/** Whether a number may have this byte behind its first digit. */
function goesOn(conversion: Conversion, byte: number): boolean {
  const digits = [0x30, 0x31, byte, 0x31];
  return [1, 2].some((count) => {
    const tried = Uint8Array.from([...digits.slice(0, count), ...digits.slice(2)]);
    const end = conversion.scan(tried, 0, tried.length)?.end;
    return end === undefined || end > count;
  });
}

function nextEnd(parts: readonly Part[], next: number, bytes: Uint8Array, least: number): number {
  let between = 0;
  for (let index = next; index < parts.length; index++) {
    const part = parts[index];
    if (part?.kind === 'literal') return orEnd(indexOf(bytes, part.bytes, least + between), bytes) - between;
    if (part?.kind === 'white-space') return whiteSpaceEnd(parts[index + 1], bytes, least + between) - between;
    const size = part && sizeOf(part);
    if (size === undefined) return bytes.length;
    between += size;
  }
  return bytes.length - between;
}

/** White space before a literal, or before the end, may be none; elsewhere the first of it ends the field. */
function whiteSpaceEnd(after: Part | undefined, bytes: Uint8Array, least: number): number {
  if (after === undefined) return trimmed(bytes, least, bytes.length);
  if (after.kind === 'literal') return trimmed(bytes, least, orEnd(indexOf(bytes, after.bytes, least), bytes));
  let at = least;
  while (at < bytes.length && !isWhiteSpace(bytes[at])) at++;
  return at;
}

function trimmed(bytes: Uint8Array, least: number, end: number): number {
  let at = end;
  while (at > least && isWhiteSpace(bytes[at - 1])) at--;
  return at;
}

function orEnd(at: number, bytes: Uint8Array): number {
  return at < 0 ? bytes.length : at;
}
