import type { FieldValue } from './template.ts';

/** A value written in a template: a JSON scalar, or else the text itself. */
export function scalar(text: string): FieldValue {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  } catch {
    // Not JSON: it is meant as it stands.
  }
  return text;
}

/** Equal as values: a bigint and a number may be. */
export function sameScalar(a: FieldValue, b: FieldValue): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') return isNumeric(a) && isNumeric(b) && BigInt(a) === BigInt(b);
  return a === b;
}

/** A bigint, or a number that is whole. */
function isNumeric(value: FieldValue): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}
