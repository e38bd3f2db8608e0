import { validate } from '../driver/schema.ts';
import type { JsonSchema } from '../driver/spec.ts';
import { type Finding, pathOf } from './place.ts';
import { isRecord, knownKeys, withDefaults } from './schema-walk.ts';
import { suggestion } from './suggest.ts';

/**
 * Validates one part of the file, its defaults filled in, that stands at `at`; says what an unknown key may mean.
 * `compiled` is the same schema with its repetitions referred to, where that is much faster to compile.
 */
export function inspect(schema: JsonSchema, value: unknown, at: readonly string[], compiled = schema): Finding[] {
  return validate(compiled, withDefaults(schema, value)).map(({ pointer, detail }) => {
    const path = pathOf(pointer);
    return { path: [...at, ...path], ...explain(schema, value, path, detail) };
  });
}

function explain(schema: JsonSchema, value: unknown, path: readonly string[], detail: string): Omit<Finding, 'path'> {
  const name = path.at(-1);
  const parent = path.slice(0, -1).reduce<unknown>(childOf, value);
  if (name !== undefined && isRecord(parent) && Object.hasOwn(parent, name)) {
    const known = knownKeys(schema, path.slice(0, -1));
    if (known.length > 0 && !known.includes(name)) {
      return { detail: `is not a known key${suggestion(name, known)}`, key: true };
    }
  }
  return { detail: /^must be string, not a (number|boolean)$/.test(detail) ? `${detail}; put it in quotes` : detail };
}

function childOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
