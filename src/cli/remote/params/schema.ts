import type { JsonSchema } from '../../../client/index.ts';
import { isRecord } from '../../../yaml/schema-walk.ts';

/** The forms that a value may have: a schema that combines others is each of them, with the unit that stands around them. */
export function forms(schema: unknown, unit?: unknown): readonly JsonSchema[] {
  if (!isRecord(schema)) return [{}];
  const own = schema['unit'] ?? unit;
  const inner = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap((list: unknown) =>
    Array.isArray(list) ? (list as readonly unknown[]) : [],
  );
  if (inner.length > 0 && !isSaid(schema)) return inner.flatMap((form) => forms(form, own));
  return [own === undefined ? schema : { ...schema, unit: own }];
}

/** Whether it says by itself what a value looks like. */
function isSaid(schema: JsonSchema): boolean {
  return ['type', 'enum', 'const', 'properties'].some((keyword) => schema[keyword] !== undefined);
}

/** The types that a form allows; none where it does not say. */
export function typesOf({ type, properties }: JsonSchema): readonly string[] {
  if (type === undefined) return properties === undefined ? [] : ['object'];
  return [type].flat().filter((name) => typeof name === 'string');
}

/** The values that a form is limited to; undefined where it is not. */
export function choicesOf(form: JsonSchema): readonly unknown[] | undefined {
  if ('const' in form) return [form['const']];
  const { enum: listed } = form;
  return Array.isArray(listed) ? (listed as readonly unknown[]) : undefined;
}

export function unitOf(form: JsonSchema): string | undefined {
  const { unit } = form;
  return typeof unit === 'string' ? unit : undefined;
}

/** The schema of each key that an object is known to have. */
export function propertiesOf(schema: unknown): ReadonlyMap<string, JsonSchema> {
  return new Map(
    forms(schema).flatMap(({ properties }) =>
      Object.entries(isRecord(properties) ? properties : {}).map(
        ([key, inner]) => [key, isRecord(inner) ? inner : {}] as const,
      ),
    ),
  );
}

/** The keys that an object must have. */
export function requiredOf(schema: unknown): readonly string[] {
  return forms(schema).flatMap(({ required }) =>
    Array.isArray(required) ? required.filter((key): key is string => typeof key === 'string') : [],
  );
}

/** The schema of keys that are not named; undefined where there may be none. */
export function otherKeysOf(schema: unknown): JsonSchema | undefined {
  for (const form of forms(schema)) {
    const { additionalProperties: others, patternProperties: patterns } = form;
    if (isRecord(others)) return others;
    const [pattern] = isRecord(patterns) ? Object.values(patterns) : [];
    if (isRecord(pattern)) return pattern;
    if (others !== false && mayBe(form, 'object')) return {};
  }
  return undefined;
}

/** The schema of an array’s items. */
export function itemsOf(form: JsonSchema): JsonSchema {
  const { items } = form;
  return isRecord(items) ? items : {};
}

export function mayBe(form: JsonSchema, type: string): boolean {
  const types = typesOf(form);
  return types.length === 0 ? choicesOf(form) === undefined : types.includes(type);
}
