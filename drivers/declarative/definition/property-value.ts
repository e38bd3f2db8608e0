import type { PropertyDefinition } from './definition.ts';

type Read = NonNullable<PropertyDefinition['read']>;

/** A property's value among the fields of its reply; undefined where the reply does not tell it. */
export function propertyValue<T>(
  { field, bit }: Pick<Read, 'field' | 'bit'>,
  fields: Readonly<Record<string, T>>,
): T | boolean | undefined {
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
  // What is no integer has no bits, and then is not believed by the property's schema.
  if (bit === undefined || !Number.isInteger(value)) return value;
  return ((BigInt(Number(value)) >> BigInt(bit)) & 1n) === 1n;
}
