import type { JsonSchema } from '../driver/spec.ts';

const hidden = '[redacted]';
/** Deeper than any parameter; what is below is left out. */
const maxDepth = 32;
const secretNames = /^(pass(word|phrase|wd)?|secret|token|key|api-?key|credentials?|authorization)$/i;

/**
 * The value without what the schema calls secret (`writeOnly: true`, `format: password`). What several schemas describe
 * is secret if one of them says so.
 */
export function redacted(value: unknown, schema: unknown): unknown {
  return hasSecrets(schema) ? redact(value, [schema], 0) : value;
}

/** Schemas are data that does not change, and few of them have secrets. */
const withSecrets = new WeakMap<object, boolean>();

function hasSecrets(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  let has = withSecrets.get(schema);
  if (has === undefined) {
    has = isSecret(schema as JsonSchema) || Object.values(schema).some(hasSecrets);
    withSecrets.set(schema, has);
  }
  return has;
}

/** The same for what no schema describes closely: by what it is called. */
export function redactedByName(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) return hidden;
  if (Array.isArray(value)) return value.map((item) => redactedByName(item, depth + 1));
  return mapped(value, (name, item) => (secretNames.test(name) ? hidden : redactedByName(item, depth + 1)));
}

function redact(value: unknown, schemas: readonly unknown[], depth: number): unknown {
  const all = schemas.flatMap(branches);
  if (all.some(isSecret) || depth > maxDepth) return hidden;
  if (typeof value !== 'object' || value === null || all.length === 0) return value;
  if (Array.isArray(value)) return value.map((item, index) => redact(item, itemSchemas(all, index), depth + 1));
  return mapped(value, (name, item) => redact(item, propertySchemas(all, name), depth + 1));
}

function mapped(value: object, each: (name: string, item: unknown) => unknown): Record<string, unknown> {
  // A key may be called `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, each(name, item)]));
}

function isSecret(schema: JsonSchema): boolean {
  return schema['writeOnly'] === true || schema['format'] === 'password';
}

/** The schema itself and those that it is put together from. */
function branches(schema: unknown): JsonSchema[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const its = schema as JsonSchema; // an object, so it is one
  const others = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => listOf(its[key])).concat(its['then'], its['else']);
  return [its, ...others.flatMap(branches)];
}

function itemSchemas(schemas: readonly JsonSchema[], index: number): unknown[] {
  return schemas.flatMap(({ items, prefixItems }) => [
    ...(Array.isArray(items) ? [items[index]] : [items]),
    listOf(prefixItems)[index],
  ]);
}

function propertySchemas(schemas: readonly JsonSchema[], name: string): unknown[] {
  return schemas.flatMap(({ properties, patternProperties, additionalProperties }) => [
    own(properties, name),
    ...Object.entries(Object(patternProperties) as object).map(([, schema]: [string, unknown]) => schema),
    additionalProperties,
  ]);
}

function own(map: unknown, name: string): unknown {
  return Object.hasOwn(Object(map) as object, name) ? (map as Record<string, unknown>)[name] : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
