import type { JsonSchema } from '../../../src/driver/index.ts';
import { isLinear } from '../../../src/driver/linear-regexp.ts';
import { assertSchema } from '../../../src/driver/schema.ts';
import { messageOf } from '../../../src/driver/index.ts';
import { isRecord } from '../../../src/yaml/schema-walk.ts';
import { nearest } from '../../../src/yaml/suggest.ts';
import type { Finding, Path, Report } from './definition.ts';
import { type BaseScope, error } from './scope.ts';

/** True if it is a JSON Schema; if not, it has been said why. */
export function checkSchema(schema: JsonSchema, path: Path, report: Report): boolean {
  const plain = plainMistakes(schema, path);
  for (const finding of plain) report(finding);
  if (plain.length > 0) return false;
  try {
    assertSchema(schema);
    const [pattern] = patternsIn(schema).filter((text) => !isLinear(text));
    if (pattern === undefined) return true;
    report(error(path, `the pattern ${JSON.stringify(pattern)} looks around or back, which RE2 patterns cannot`));
    return false;
  } catch (thrown) {
    // Its own words end with where in the schema it is, which is enough.
    report(error(path, `is not a JSON Schema: ${messageOf(thrown).slice(0, 300)}`));
    return false;
  }
}

const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];

/** What other languages call them. */
const otherwise: Readonly<Record<string, string>> = {
  int: 'integer',
  float: 'number',
  double: 'number',
  decimal: 'number',
  bool: 'boolean',
  str: 'string',
  text: 'string',
  list: 'array',
  map: 'object',
  dict: 'object',
};

/** Mistakes that the validator has many words for, each at its own place: types that there are not. */
function plainMistakes(schema: JsonSchema, path: Path): Finding[] {
  const { type, properties, items } = schema;
  const wrong = [type].flat().find((one) => typeof one === 'string' && !types.includes(one));
  const own = typeof wrong === 'string' ? [error([...path, 'type'], unknownType(wrong))] : [];
  const lists = (['anyOf', 'oneOf', 'allOf'] as const).flatMap((key) =>
    (Array.isArray(schema[key]) ? schema[key] : []).map((one: unknown, index) => [[key, index], one] as const),
  );
  const members = isRecord(properties) ? Object.entries(properties) : [];
  const inner = [...members.map(([name, one]) => [['properties', name], one] as const), [['items'], items] as const];
  return [
    ...own,
    ...[...inner, ...lists].flatMap(([at, one]) => (isRecord(one) ? plainMistakes(one, [...path, ...at]) : [])),
  ];
}

function unknownType(name: string): string {
  const meant = Object.hasOwn(otherwise, name) ? otherwise[name] : nearest(name, types);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `must be one of ${types.join(', ')}${hint}`;
}

/** Every `pattern` in a schema, however deep, and the keys of every `patternProperties`. */
function patternsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => [
    ...(key === 'pattern' && typeof value === 'string' ? [value] : []),
    ...(key === 'patternProperties' && typeof value === 'object' && value !== null ? Object.keys(value) : []),
    ...patternsIn(value),
  ]);
}

export function checkSchemaOf({ isStrict, report }: BaseScope, schema: JsonSchema, path: Path): boolean {
  return !isStrict || checkSchema(schema, path, report);
}

/** An object of exactly these members; those with a default may be left out. */
export function objectOf(members: Readonly<Record<string, JsonSchema>>, all = false): JsonSchema {
  const required = Object.entries(members).flatMap(([name, schema]) => (all || !('default' in schema) ? [name] : []));
  return {
    type: 'object',
    properties: members,
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}
