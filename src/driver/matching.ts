import { isDeepStrictEqual } from 'node:util';
import { type Fields, fieldOf, isFields } from './payload.ts';

/**
 * Whether what was told has every field that was asked for, with that very value; fields that were not asked for do not
 * matter. Numbers may differ by `tolerance`, for devices that round.
 */
export function tellsAll(asked: unknown, told: unknown, tolerance = 0): boolean {
  if (isFields(asked)) return isFields(told) && fieldsTold(asked, told, tolerance);
  if (typeof asked === 'number' && typeof told === 'number') return Math.abs(asked - told) <= tolerance;
  return isDeepStrictEqual(asked, told);
}

function fieldsTold(asked: Fields, told: Fields, tolerance: number): boolean {
  return Object.entries(asked).every(([name, value]) => tellsAll(value, fieldOf(told, name), tolerance));
}
