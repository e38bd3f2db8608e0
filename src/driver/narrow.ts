import { validate } from './schema.ts';
import type { JsonSchema } from './spec.ts';

/** What is wrong with a limit: at one keyword, or (an empty path) with the whole of it. */
export interface NarrowProblem {
  readonly keyword: string[];
  readonly detail: string;
}

type Kind = 'number' | 'integer' | 'string' | 'other';

/** One end of a range; an open end excludes the value itself. */
interface End {
  readonly value: number;
  readonly open: boolean;
}

const numeric = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];
const lengthKeywords = ['minLength', 'maxLength'];
const keywords = [...numeric, ...lengthKeywords, 'enum'];

/** Steps are decimal fractions (0.1 V) that binary numbers only approximate. */
const stepTolerance = 1e-9;

/**
 * The schema of one value with a limit merged into its own keywords. What would widen it, does not fit its type or
 * leaves no value is a problem, whose detail says what the model allows.
 */
export function narrowSchema(schema: JsonSchema, limit: object): { schema: JsonSchema; problems: NarrowProblem[] } {
  const problems: NarrowProblem[] = [];
  for (const [keyword, value] of Object.entries(limit)) {
    const detail = refusal(schema, keyword, value);
    if (detail !== undefined) problems.push({ keyword: [keyword], detail });
  }
  if (problems.length > 0) return { schema, problems };
  const narrowed = merge(schema, limit);
  if (isEmpty(narrowed)) problems.push({ keyword: [], detail: `leaves no value; ${allows(schema)}` });
  return { schema: problems.length > 0 ? schema : withoutInvalidDefaults(narrowed), problems };
}

function refusal(schema: JsonSchema, keyword: string, value: unknown): string | undefined {
  if (!keywords.includes(keyword)) return `is not a limit; limits are ${keywords.join(', ')}`;
  if (keyword === 'enum') return enumRefusal(schema, value);
  const kind = kindOf(schema);
  const wanted = lengthKeywords.includes(keyword) ? ['string'] : ['number', 'integer'];
  if (!wanted.includes(kind)) return `does not apply to this value; ${allows(schema)}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a finite number';
  if (lengthKeywords.includes(keyword)) return lengthRefusal(schema, keyword, value);
  if (keyword === 'multipleOf') return stepRefusal(schema, value);
  return widens(schema, keyword, value) ? `would widen the range; ${allows(schema)}` : undefined;
}

function enumRefusal(schema: JsonSchema, values: unknown): string | undefined {
  if (!Array.isArray(values) || values.length === 0) return 'must be a list of at least one value';
  const refused = values.filter((value) => validate(schema, value).length > 0);
  if (refused.length === 0) return undefined;
  return `${refused.slice(0, 5).map(text).join(', ')} would widen the choice; ${allows(schema)}`;
}

function lengthRefusal(schema: JsonSchema, keyword: string, value: number): string | undefined {
  if (!Number.isInteger(value) || value < 0) return 'must be a whole number of characters';
  const own = schema[keyword];
  if (typeof own !== 'number') return undefined;
  const wider = keyword === 'minLength' ? value < own : value > own;
  return wider ? `would widen the length; ${allows(schema)}` : undefined;
}

function stepRefusal(schema: JsonSchema, value: number): string | undefined {
  if (value <= 0) return 'must be greater than 0';
  const own = stepOf(schema);
  if (own === undefined || isMultiple(value, own)) return undefined;
  return `must be a multiple of ${own}; ${allows(schema)}`;
}

function widens(schema: JsonSchema, keyword: string, value: number): boolean {
  if (keyword === 'minimum' || keyword === 'exclusiveMinimum') {
    const { value: own, open } = lowerEnd(schema);
    return value < own || (value === own && open && keyword === 'minimum');
  }
  const { value: own, open } = upperEnd(schema);
  return value > own || (value === own && open && keyword === 'maximum');
}

/** A choice that the model spells as a union of constants becomes the `enum` that the limit states. */
function merge(schema: JsonSchema, limit: object): JsonSchema {
  if (!('enum' in limit)) return { ...schema, ...limit };
  const { anyOf: _, const: __, ...rest } = schema;
  return { ...(choiceOf(schema) === undefined ? schema : rest), ...limit };
}

function isEmpty(schema: JsonSchema): boolean {
  const choice = choiceOf(schema);
  if (choice !== undefined) return !choice.some((value) => validate(schema, value).length === 0);
  if (kindOf(schema) === 'string') return numberAt(schema, 'minLength', 0) > numberAt(schema, 'maxLength', Infinity);
  const low = lowerEnd(schema);
  const high = upperEnd(schema);
  if (low.value > high.value || (low.value === high.value && (low.open || high.open))) return true;
  const step = stepOf(schema);
  return step !== undefined && Number.isFinite(low.value) && !stepFits(low, high, step);
}

/** Whether a multiple of `step` lies between the two ends. */
function stepFits(low: End, high: End, step: number): boolean {
  const tolerance = step * stepTolerance;
  let first = Math.ceil(low.value / step - stepTolerance) * step;
  if (low.open && first - low.value <= tolerance) first += step;
  return high.open ? first < high.value - tolerance : first <= high.value + tolerance;
}

function lowerEnd(schema: JsonSchema): End {
  const closed = numberAt(schema, 'minimum', -Infinity);
  const open = numberAt(schema, 'exclusiveMinimum', -Infinity);
  return open >= closed && open > -Infinity ? { value: open, open: true } : { value: closed, open: false };
}

function upperEnd(schema: JsonSchema): End {
  const closed = numberAt(schema, 'maximum', Infinity);
  const open = numberAt(schema, 'exclusiveMaximum', Infinity);
  return open <= closed && open < Infinity ? { value: open, open: true } : { value: closed, open: false };
}

function stepOf(schema: JsonSchema): number | undefined {
  const own = schema['multipleOf'];
  if (typeof own === 'number') return own;
  return kindOf(schema) === 'integer' ? 1 : undefined;
}

function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.round(times) >= 1 && Math.abs(times - Math.round(times)) <= stepTolerance * times;
}

function numberAt(schema: JsonSchema, keyword: string, otherwise: number): number {
  const value = schema[keyword];
  return typeof value === 'number' ? value : otherwise;
}

function kindOf(schema: JsonSchema): Kind {
  const { type } = schema;
  if (type === 'number' || type === 'integer' || type === 'string') return type;
  if (type !== undefined) return 'other';
  const kinds = new Set((choiceOf(schema) ?? []).map((value) => typeof value));
  if (kinds.size !== 1) return 'other';
  return kinds.has('number') ? 'number' : kinds.has('string') ? 'string' : 'other';
}

/** The values of a schema that lists them: `enum`, `const`, or a union of constants (what `Type.Literal`s become). */
function choiceOf(schema: JsonSchema): readonly unknown[] | undefined {
  if (Array.isArray(schema['enum'])) return schema['enum'];
  if ('const' in schema) return [schema['const']];
  const branches: unknown = schema['anyOf'];
  if (!Array.isArray(branches)) return undefined;
  const values = branches.map((branch: unknown) =>
    typeof branch === 'object' && branch !== null && 'const' in branch ? [branch.const] : [],
  );
  return values.every(({ length }) => length === 1) ? values.flat() : undefined;
}

/** A default or an example that is no longer accepted would mislead forms and documentation. */
export function withoutInvalidDefaults(schema: JsonSchema): JsonSchema {
  const { default: preset, examples, ...rest } = schema;
  const valid = (value: unknown): boolean => validate(rest, value).length === 0;
  return {
    ...rest,
    ...('default' in schema && valid(preset) ? { default: preset } : {}),
    ...(Array.isArray(examples) ? { examples: examples.filter(valid) } : {}),
  };
}

/** What the model itself accepts, for the person who wrote the limit. */
function allows(schema: JsonSchema): string {
  const unit = typeof schema['unit'] === 'string' ? ` ${schema['unit']}` : '';
  const choice = choiceOf(schema);
  if (choice !== undefined) return `the model allows ${choice.slice(0, 20).map(text).join(', ')}${unit}`;
  const kind = kindOf(schema);
  if (kind === 'string') return `the model allows ${lengths(schema)}`;
  if (kind === 'other') return `the model allows ${text(schema['type'] ?? 'several types')}, which only enum narrows`;
  const step = stepOf(schema);
  const steps = step === undefined ? '' : `, in steps of ${step}`;
  return `the model allows numbers${range([lowerEnd(schema), upperEnd(schema)], unit)}${steps}`;
}

function lengths(schema: JsonSchema): string {
  const least = numberAt(schema, 'minLength', 0);
  const most = numberAt(schema, 'maxLength', Infinity);
  return most === Infinity ? `text of at least ${least} characters` : `text of ${least} to ${most} characters`;
}

function range([low, high]: readonly [End, End], unit: string): string {
  const parts = [
    low.value === -Infinity ? [] : [`${low.open ? 'greater than' : 'from'} ${low.value}${unit}`],
    high.value === Infinity ? [] : [`${high.open ? 'less than' : 'up to'} ${high.value}${unit}`],
  ].flat();
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
