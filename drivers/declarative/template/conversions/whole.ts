import type { FieldValue } from '../template.ts';
import { untellable } from './spec.ts';

/** The integer nearest to a value, halves away from zero; booleans are 0 and 1. */
export function whole(text: string, value: FieldValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value !== 'number' || !Number.isFinite(value)) return untellable(text, value, 'is not a number');
  return BigInt(Math.sign(value) * Math.round(Math.abs(value)));
}

/** A number where it is exact, else the bigint. */
export function asNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
