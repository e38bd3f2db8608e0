import type { JsonSchema } from '../driver/spec.ts';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The keys that a schema knows at a path of keys and indexes; empty where it does not say. */
export function knownKeys(schema: JsonSchema, path: readonly string[]): string[] {
  const known = schemasAt(schema, path).flatMap(({ properties }) =>
    isRecord(properties) ? Object.keys(properties) : [],
  );
  return [...new Set(known)];
}

/** The texts that a schema allows at a path, where these are all. */
export function choicesAt(schema: JsonSchema, path: readonly string[]): string[] {
  const allowed = schemasAt(schema, path).flatMap(({ const: one, enum: list }) => [
    one,
    ...(Array.isArray(list) ? list : []),
  ]);
  return allowed.filter((value) => typeof value === 'string');
}

function schemasAt(schema: JsonSchema, path: readonly string[]): JsonSchema[] {
  let schemas = branches(schema);
  for (const key of path) schemas = schemas.flatMap((current) => step(current, key));
  return schemas;
}

/** A schema and whatever it combines. */
function branches(schema: unknown): JsonSchema[] {
  if (!isRecord(schema)) return [];
  const combined = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return [schema, ...combined.flatMap(branches)];
}

/** The schemas of what stands under one key. */
function step({ properties, patternProperties, additionalProperties, items }: JsonSchema, key: string): JsonSchema[] {
  if (isRecord(properties) && Object.hasOwn(properties, key)) return branches(properties[key]);
  const matching = Object.entries(isRecord(patternProperties) ? patternProperties : {}).filter(([pattern]) =>
    new RegExp(pattern, 'u').test(key),
  );
  if (matching.length > 0) return matching.flatMap(([, schema]) => branches(schema));
  return [...branches(additionalProperties), ...branches(items)];
}

/** A copy of a valid value in which every absent key that has a default has it; Ajv is told not to. */
export function withDefaults(schema: JsonSchema, value: unknown): unknown {
  const { properties, items, additionalProperties } = schema;
  if (Array.isArray(value)) return isRecord(items) ? value.map((item) => withDefaults(items, item)) : [...value];
  if (!isRecord(value)) return value;
  const known = isRecord(properties) ? properties : {};
  const schemaOf = (key: string): unknown => (Object.hasOwn(known, key) ? known[key] : additionalProperties);
  const absent = Object.entries(known).flatMap(([key, property]) =>
    !Object.hasOwn(value, key) && isRecord(property) && 'default' in property
      ? [[key, structuredClone(property['default'])] as const]
      : [],
  );
  // Keys may be called `__proto__`: none is assigned to.
  return Object.fromEntries(
    [...Object.entries(value), ...absent].map(([key, member]) => {
      const inner = schemaOf(key);
      return [key, isRecord(inner) ? withDefaults(inner, member) : member];
    }),
  );
}
