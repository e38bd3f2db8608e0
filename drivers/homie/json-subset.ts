import { type Fields, fieldOf, isFields, type JsonSchema, payloadJson } from '../../src/driver/index.ts';

/** What the convention says where no format is given (Homie 5, "Format", json). */
const anyJson: JsonSchema = { type: ['object', 'array'] };

const maxBytes = 16 * 1024;
const maxParts = 300;
const maxDepth = 6;
const types = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/**
 * The schema of a JSON value, as far as it is harmless: it is somebody else's text that would be compiled and run over
 * what clients send. Types, ranges, lengths, choices and structure are taken; a schema with anything else in it (patterns,
 * references, conditions) is not taken at all, since half of one would say something else.
 */
export function jsonSubset(format: string | undefined): JsonSchema {
  if (format === undefined || format === '') return anyJson;
  const json = payloadJson(Buffer.from(format), maxBytes);
  const schema = json === undefined ? undefined : new Subset().of(json.value, 0);
  return schema === undefined || Object.keys(schema).length === 0 ? anyJson : schema;
}

type Take = (value: unknown, depth: number) => unknown;

class Subset {
  #parts = 0;
  readonly #keywords: ReadonlyMap<string, Take>;

  constructor() {
    const number: Take = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
    const length: Take = (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100_000 ? value : undefined;
    const scalar = (value: unknown): boolean =>
      value === null || typeof value === 'boolean' || Number.isFinite(value) || isShort(value);
    this.#keywords = new Map<string, Take>([
      ['type', typeOf],
      ['properties', (value, depth) => this.#members(value, depth)],
      ['required', (value) => (isList(value, 100) && value.every(isShort) ? [...new Set(value)] : undefined)],
      ['additionalProperties', (value) => (typeof value === 'boolean' ? value : undefined)],
      ['items', (value, depth) => this.of(value, depth + 1)],
      ['anyOf', (value, depth) => this.#choices(value, depth)],
      [
        'enum',
        (value) => (isList(value, 100) && value.length > 0 && value.every(scalar) ? distinct(value) : undefined),
      ],
      ['const', (value) => (scalar(value) ? value : undefined)],
      ['multipleOf', (value) => (typeof value === 'number' && value > 0 && value < Infinity ? value : undefined)],
      ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((key) => [key, number] as const),
      ...['minLength', 'maxLength', 'minItems', 'maxItems'].map((key) => [key, length] as const),
    ]);
  }

  /** The schema without its annotations; undefined if there is anything in it that is not taken. */
  of(schema: unknown, depth: number): JsonSchema | undefined {
    if (!isFields(schema) || depth > maxDepth || ++this.#parts > maxParts) return undefined;
    const taken: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (annotations.has(keyword)) continue;
      const kept = this.#keywords.get(keyword)?.(value, depth);
      // `null` is a constant; nothing else that is taken is nothing.
      if (kept === undefined) return undefined;
      taken[keyword] = kept;
    }
    return taken;
  }

  #members(value: unknown, depth: number): Fields | undefined {
    if (!isFields(value)) return undefined;
    const names = Object.keys(value);
    if (names.length > 100 || names.some((name) => !isShort(name) || name === '__proto__')) return undefined;
    const members = names.map((name) => [name, this.of(fieldOf(value, name), depth + 1)] as const);
    return members.some(([, schema]) => schema === undefined) ? undefined : Object.fromEntries(members);
  }

  #choices(value: unknown, depth: number): readonly JsonSchema[] | undefined {
    if (!isList(value, 10) || value.length === 0) return undefined;
    const schemas = value.map((schema) => this.of(schema, depth + 1)).filter((schema) => schema !== undefined);
    return schemas.length === value.length ? schemas : undefined;
  }
}

const annotations = new Set(['$schema', '$id', 'title', 'description', 'default', 'examples']);

function typeOf(value: unknown): unknown {
  if (typeof value === 'string') return types.has(value) ? value : undefined;
  if (!isList(value, 7) || value.length === 0 || new Set(value).size < value.length) return undefined;
  return value.every((type) => typeof type === 'string' && types.has(type)) ? value : undefined;
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  return [...new Set(values)];
}

function isList(value: unknown, most: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= most;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 200;
}
