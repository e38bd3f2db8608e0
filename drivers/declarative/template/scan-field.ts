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

/** What has a size of its own does not care what the literal after it is. */
function scanOne({ conversion }: FieldPart, bytes: Uint8Array, from: number, stop: number): Found | undefined {
  const size = conversion.capacity?.bytes;
  return conversion.scan(bytes, from, size === undefined ? stop : Math.min(bytes.length, from + size));
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
    const found = scanMember(part, separator, within, at);
    if (found === undefined) return separator.length === 0 ? listOf(members, at) : undefined;
    members.push(found.value);
    const next = afterSeparator(within, separator, found.end);
    if (next === undefined) return listOf(members, found.end);
    at = next;
  }
}

/** A member ends at the separator, unless it has a size of its own: then the separator's bytes may stand in it. */
function scanMember(part: FieldPart, separator: Uint8Array, bytes: Uint8Array, at: number): Found | undefined {
  const hasSize = part.conversion.capacity?.bytes !== undefined;
  const end = hasSize ? bytes.length : separatorAt(bytes, separator, at);
  return scanOne(part, bytes.subarray(0, end), at, end);
}

function listOf(members: readonly FieldValue[], end: number): Found | undefined {
  return members.length === 0 ? undefined : { value: members, end };
}

/** Where a member ends that has no size of its own. */
function separatorAt(bytes: Uint8Array, separator: Uint8Array, from: number): number {
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
  if (separator !== whiteSpace) {
    return startsWithAt(bytes, separator, at) && at < bytes.length ? at + separator.length : undefined;
  }
  let end = at;
  while (isWhiteSpace(bytes[end])) end++;
  return end > at && end < bytes.length ? end : undefined;
}
