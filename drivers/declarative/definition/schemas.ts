import type { JsonSchema } from '../../../src/driver/index.ts';
import { isLinear } from '../../../src/driver/linear-regexp.ts';
import { assertSchema } from '../../../src/driver/schema.ts';
import { messageOf } from '../../../src/driver/index.ts';
import type { Path, Report } from './definition.ts';
import { error, type Scope } from './scope.ts';

/** True if it is a JSON Schema; if not, it has been said why. */
export function checkSchema(schema: JsonSchema, path: Path, report: Report): boolean {
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

/** Every `pattern` in a schema, however deep, and the keys of every `patternProperties`. */
function patternsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => [
    ...(key === 'pattern' && typeof value === 'string' ? [value] : []),
    ...(key === 'patternProperties' && typeof value === 'object' && value !== null ? Object.keys(value) : []),
    ...patternsIn(value),
  ]);
}

export function checkSchemaOf({ isStrict, report }: Scope, schema: JsonSchema, path: Path): boolean {
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
