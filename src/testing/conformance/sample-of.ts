import { validate } from '../../driver/schema.ts';
import type { JsonSchema } from '../../driver/spec.ts';

/** The least that a schema allows. Throws where that cannot be said. */
export function sampleOf(schema: JsonSchema, what: string): unknown {
  const value = least(schema);
  const [error] = validate(schema, value);
  if (error === undefined) return value;
  throw new Error(`no sample of ${what} can be made from its schema (${error.pointer} ${error.detail}); give one`);
}

function least(schema: JsonSchema): unknown {
  for (const key of ['const', 'default']) if (Object.hasOwn(schema, key)) return schema[key];
  for (const key of ['examples', 'enum', 'anyOf', 'oneOf'] as const) {
    const [first] = listOf(schema[key]);
    if (first !== undefined) return key.endsWith('Of') ? least(first as JsonSchema) : first;
  }
  switch (schema['type']) {
    case 'object':
      return leastObject(schema);
    case 'array':
      return Array.from({ length: numberOf(schema['minItems']) ?? 0 }, () => least(Object(schema['items'])));
    case 'string':
      return 'x'.repeat(Math.max(1, numberOf(schema['minLength']) ?? 0));
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return leastNumber(schema);
  }
}

function leastObject(schema: JsonSchema): unknown {
  const properties = Object(schema['properties']) as Readonly<Record<string, JsonSchema>>;
  const required = listOf(schema['required']).map(String);
  const others = Object.keys(properties).filter((name) => !required.includes(name));
  const names = [
    ...required,
    ...others.slice(0, Math.max(0, (numberOf(schema['minProperties']) ?? 0) - required.length)),
  ];
  return Object.fromEntries(names.map((name) => [name, least(properties[name] ?? {})]));
}

function leastNumber({ minimum, maximum, exclusiveMinimum, multipleOf }: JsonSchema): number {
  const above = numberOf(exclusiveMinimum);
  const step = numberOf(multipleOf) ?? 1;
  const low = numberOf(minimum) ?? (above === undefined ? undefined : above + step);
  const high = numberOf(maximum);
  if (low !== undefined) return high !== undefined && low + step <= high ? low + step : low;
  return high === undefined ? 1 : Math.min(1, high);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
