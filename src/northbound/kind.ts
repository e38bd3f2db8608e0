import { textJson } from '../driver/payload.ts';
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
  /** `numeric`: the options are numbers, as they are written. */
  | { readonly type: 'enum'; readonly options: readonly string[]; readonly numeric?: true }
  | { readonly type: 'string'; readonly maxLength?: number }
  | { readonly type: 'json'; readonly schema: JsonSchema };

/** What a schema comes to; whatever is not one plain value is JSON. That a value may be `null` is not part of it. */
export function kindOf(whole: JsonSchema): Kind {
  const schema = withoutNull(whole);
  const options = optionsOf(schema);
  if (options !== undefined) return options;
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

function withoutNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf, ...others } = schema;
  if (Array.isArray(type)) {
    const types = type.filter((one) => one !== 'null');
    return types.length === 1 ? { ...others, type: types[0] as unknown } : schema;
  }
  const choices = choicesOf(schema).filter((choice) => choice['type'] !== 'null');
  const [only] = choices;
  if (only === undefined || anyOf === undefined) return schema;
  return choices.length === 1 ? { ...others, ...only } : { ...others, anyOf: choices };
}

/** Models are checked when they are taken, so what stands in `anyOf` are schemas. */
function choicesOf({ anyOf }: JsonSchema): readonly JsonSchema[] {
  return Array.isArray(anyOf) ? (anyOf as readonly JsonSchema[]) : [];
}

/** A list of texts or of numbers, however the schema says it: by `enum`, `const` or a choice of constants. */
function optionsOf(schema: JsonSchema): Kind | undefined {
  const values = constantsOf(schema)?.filter((value) => value !== null);
  if (values === undefined || values.length === 0) return undefined;
  const options = [...new Set(values.map(String))];
  if (values.every((value) => typeof value === 'string')) return { type: 'enum', options };
  return values.every((value) => typeof value === 'number') ? { type: 'enum', options, numeric: true } : undefined;
}

function constantsOf(schema: JsonSchema): readonly unknown[] | undefined {
  if (Array.isArray(schema['enum'])) return schema['enum'];
  if ('const' in schema) return [schema['const']];
  const choices = choicesOf(schema).map(constantsOf);
  return choices.every((values) => values !== undefined) ? choices.flat() : undefined;
}

function limitsOf(schema: JsonSchema): { minimum?: number; maximum?: number; step?: number } {
  const limits = numbers(schema, { minimum: 'minimum', maximum: 'maximum', step: 'multipleOf' });
  // An end that is not part of the range can be said of whole numbers only; the endpoint still refuses it.
  const { low, high } = numbers(schema, { low: 'exclusiveMinimum', high: 'exclusiveMaximum' });
  const beside = schema['type'] === 'integer' ? 1 : 0;
  return {
    ...(low !== undefined && { minimum: beside === 0 ? low : Math.floor(low) + beside }),
    ...(high !== undefined && { maximum: beside === 0 ? high : Math.ceil(high) - beside }),
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

/**
 * The steps of a range, where they can be said: other systems count them from its lower end (else its upper one), and a
 * model from 0.
 */
export function stepOf({ minimum, maximum, step }: Extract<Kind, { type: 'integer' | 'number' }>): number | undefined {
  if (step === undefined) return undefined;
  const steps = (minimum ?? maximum ?? 0) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6 ? step : undefined;
}

/** A value as a payload says it; undefined if it is none that its kind knows. */
export function textOf(value: unknown, kind: Kind): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (kind.type === 'json') return JSON.stringify(value);
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' || typeof value === 'boolean' ? `${value}` : undefined;
}

/** Whole numbers without an exponent as long as others can hold them; an exponent without a plus sign (Homie 5, "Float"). */
function numberText(value: number): string {
  const isLong = Number.isInteger(value) && Math.abs(value) < 2 ** 63;
  return isLong ? BigInt(value).toString() : String(value).replace('e+', 'e');
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
      return textJson(text);
    case 'enum':
      return kind.numeric === true ? numberIn(text) : { value: text };
    case 'string':
      break;
  }
  return { value: text };
}

function numberIn(text: string): { readonly value: number } | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && isExact(text, value) ? { value } : undefined;
}

/** A long whole number must not become another one on its way. */
function isExact(text: string, value: number): boolean {
  return Number.isSafeInteger(value) || !/^[+-]?\d+$/.test(text) || BigInt(value) === BigInt(text.replace('+', ''));
}
