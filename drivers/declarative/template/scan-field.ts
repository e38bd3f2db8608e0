import { indexOf, isWhiteSpace, startsWithAt } from './bytes.ts';
import { whiteSpace, type FieldPart, type FieldValue } from './template.ts';

interface Found {
  readonly value: FieldValue;
  readonly end: number;
}

/** A field's value at `from`: one, an array, or what the template says where there is none. */
export function scanField(part: FieldPart, bytes: Uint8Array, from: number, stop: number): Found | undefined {
  const found =
    part.separator === undefined ? scanOne(part, bytes, from, stop) : scanList(part, part.separator, bytes, from, stop);
  if (found !== undefined || part.fallback === undefined) return found;
  return { value: part.fallback, end: from };
}

/** One that has a size of its own, or finds its end itself, does not care what the literal after it is. */
function scanOne({ conversion }: FieldPart, bytes: Uint8Array, from: number, stop: number): Found | undefined {
  const { bytes: size, selfEnding } = conversion.capacity ?? {};
  if (size !== undefined) return conversion.scan(bytes, from, Math.min(bytes.length, from + size));
  return conversion.scan(bytes, from, selfEnding ? bytes.length : stop);
}

/** One member or more, up to `stop`; after a separator there must be another. */
function scanList(
  part: FieldPart,
  separator: Uint8Array,
  bytes: Uint8Array,
  from: number,
  stop: number,
): Found | undefined {
  const members: FieldValue[] = [];
  const within = bytes.subarray(0, stop);
  for (let at = from; ;) {
    const found = scanOne(part, within, at, separatorAt(within, separator, at));
    if (found === undefined || found.end === at) return separator.length === 0 ? listOf(members, at) : undefined;
    members.push(found.value);
    const next = afterSeparator(within, separator, found.end);
    if (next === undefined) return listOf(members, found.end);
    at = next;
  }
}

function listOf(members: readonly FieldValue[], end: number): Found | undefined {
  return members.length === 0 ? undefined : { value: members, end };
}

/** Where a member ends that has no size of its own. */
function separatorAt(bytes: Uint8Array, separator: Uint8Array, from: number): number {
  if (separator.length === 0) return bytes.length;
  if (separator !== whiteSpace) {
    const at = indexOf(bytes, separator, from);
    return at < 0 ? bytes.length : at;
  }
  let at = from;
  while (at < bytes.length && !isWhiteSpace(bytes[at])) at++;
  return at;
}

/** Where the next member begins; undefined: there is no separator here. */
function afterSeparator(bytes: Uint8Array, separator: Uint8Array, at: number): number | undefined {
  if (separator !== whiteSpace)
    return startsWithAt(bytes, separator, at) && at < bytes.length ? at + separator.length : undefined;
  let end = at;
  while (isWhiteSpace(bytes[end])) end++;
  return end > at && end < bytes.length ? end : undefined;
}
