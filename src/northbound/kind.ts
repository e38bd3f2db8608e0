import type { JsonSchema } from '../driver/spec.ts';

/** What a value may be, as far as other conventions can say it. */
export type Kind =
  | { readonly type: 'boolean' }
  | {
      readonly type: 'integer' | 'number';
      readonly minimum?: number;
      readonly maximum?: number;
      readonly step?: number;
    }
  | { readonly type: 'enum'; readonly options: readonly string[] }
  | { readonly type: 'string'; readonly maxLength?: number }
  | { readonly type: 'json'; readonly schema: JsonSchema };

/** What a schema comes to; whatever is not one plain value is JSON. */
export function kindOf(schema: JsonSchema): Kind {
  const options = schema['enum'];
  if (Array.isArray(options) && options.every((option) => typeof option === 'string')) return { type: 'enum', options };
  switch (schema['type']) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
    case 'number':
      return { type: schema['type'], ...limitsOf(schema) };
    case 'string':
      return { type: 'string', ...numbers(schema, { maxLength: 'maxLength' }) };
    default:
      return { type: 'json', schema };
  }
}

function limitsOf(schema: JsonSchema): { minimum?: number; maximum?: number; step?: number } {
  const limits = numbers(schema, { minimum: 'minimum', maximum: 'maximum', step: 'multipleOf' });
  // An end that is not part of the range cannot be said; the endpoint still refuses it.
  const { exclusiveMinimum: low, exclusiveMaximum: high } = numbers(schema, {
    exclusiveMinimum: 'exclusiveMinimum',
    exclusiveMaximum: 'exclusiveMaximum',
  });
  return {
    ...(low !== undefined && { minimum: low }),
    ...(high !== undefined && { maximum: high }),
    ...limits,
  };
}

function numbers<K extends string>(schema: JsonSchema, keywords: Readonly<Record<K, string>>): { [key in K]?: number } {
  const found: { [key in K]?: number } = {};
  // The keys of a literal object, which TypeScript widens to string.
  for (const [key, keyword] of Object.entries(keywords) as [K, string][]) {
    const value = schema[keyword];
    if (typeof value === 'number') found[key] = value;
  }
  return found;
}

/** A value as a payload says it; undefined if it is none that its kind knows. */
export function textOf(value: unknown, kind: Kind): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (kind.type === 'json') return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

/** The value that a payload asks for, in a box; undefined if it says none. What it may be is checked where all commands are. */
export function valueOf(text: string, kind: Kind): { readonly value: unknown } | undefined {
  switch (kind.type) {
    case 'boolean':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : undefined;
    case 'integer':
    case 'number':
      return numberIn(text);
    case 'json':
      return jsonIn(text);
    case 'enum':
    case 'string':
      break;
  }
  return { value: text };
}

function numberIn(text: string): { readonly value: number } | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { value } : undefined;
}

function jsonIn(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
