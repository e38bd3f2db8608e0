import { validate } from '../driver/schema.ts';
import type { JsonSchema } from '../driver/spec.ts';
import { type Finding, pathOf } from './place.ts';
import { choicesAt, isRecord, knownKeys, withDefaults } from './schema-walk.ts';
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
      if (name === '<<') return { detail: `is not a known key${merged}`, key: true };
      const unspaced = known.includes(name.split(':', 1)[0] ?? '');
      return { detail: `is not a known key${unspaced ? withoutSpace : suggestion(name, known)}`, key: true };
    }
  }
  return { detail: `${detail}${hint(detail, path.reduce<unknown>(childOf, value), schema, path)}` };
}

const withoutSpace = ': a space is missing behind the colon';
const merged = ': merge keys are not part of YAML 1.2; write its keys here, or an alias (*name) for all of the value';

/** What YAML may have made of what was meant, and what is meant. */
function hint(detail: string, value: unknown, schema: JsonSchema, path: readonly string[]): string {
  const [, wanted = '', made = ''] = /^must be (string|object|array), not (?:an? )?([a-z]+)$/.exec(detail) ?? [];
  if (detail === 'is required') {
    const choices = choicesAt(schema, path);
    return choices.length === 0 ? '' : `: one of ${choices.join(', ')}`;
  }
  if (made === 'null' && wanted !== 'string') return ': nothing stands there; remove the key if nothing is meant';
  if (wanted === 'object') return ofObject(made, value, knownKeys(schema, path));
  if (wanted === 'array') return made === 'string' ? '; put it between [ and ]' : '';
  if (wanted !== 'string') return '';
  if (made === 'null') return ': nothing stands there (what begins with # is a comment, unless it is in quotes)';
  return /number|boolean/.test(made) ? '; put it in quotes' : '; a text that begins with { or [ must stand in quotes';
}

function ofObject(made: string, value: unknown, known: readonly string[]): string {
  if (made === 'array' && known.length === 0) return '; write NAME: { … } for each';
  if (made !== 'string') return '';
  const [, key = ''] = /^([\w-]+):\S/.exec(String(value)) ?? [];
  if (known.includes(key)) return withoutSpace;
  const [first = ''] = known;
  return first === '' ? '' : `; write { ${first}: …${known.length > 1 ? ', …' : ''} }`;
}

function childOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
