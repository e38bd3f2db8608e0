import { BellcrankError } from '../../../src/driver/index.ts';
import { sameBytes } from './bytes.ts';
import { sameScalar } from './scalar.ts';
import type { Conversion, FieldValue } from './template.ts';

/** Equal within what the conversion prints: to `%.2f`, 5 and 5.001 are the same. Arrays member by member. */
export function sameValue(conversion: Conversion, a: FieldValue, b: FieldValue): boolean {
  if (isList(a) || isList(b)) return isList(a) && isList(b) && sameList(conversion, a, b);
  if (sameScalar(a, b)) return true;
  const printed = tryPrint(conversion, a);
  const other = printed && tryPrint(conversion, b);
  return other !== undefined && sameBytes(printed ?? other, other);
}

function sameList(conversion: Conversion, a: readonly FieldValue[], b: readonly FieldValue[]): boolean {
  return a.length === b.length && a.every((member, index) => sameValue(conversion, member, b[index] ?? ''));
}

export function isList(value: FieldValue): value is readonly FieldValue[] {
  return Array.isArray(value);
}

/** Undefined for a value that has no bytes in this conversion, and then equals nothing but itself. */
export function tryPrint(conversion: Conversion, value: FieldValue): Uint8Array | undefined {
  try {
    return conversion.print(value);
  } catch (error) {
    if (error instanceof BellcrankError) return undefined;
    throw error;
  }
}
