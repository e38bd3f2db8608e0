import { formats } from './formats.ts';
import { areRanges, type Schema, schemasOf, textOf } from './schema.ts';

/** What may be entered, by a schema as it is presented, in a few words: "0 to 5.5 V · in steps of 0.1 V · for example 5". */
export function hintOf(schema: Schema): string {
  const unit = textOf(schema['unit']);
  const steps = typeof schema['multipleOf'] === 'number' ? `in steps of ${withUnit(schema['multipleOf'], unit)}` : '';
  return [
    rangeOf(schema, unit),
    steps,
    rangesText(schemasOf(schema['ranges']), unit),
    lengthOf(schema),
    patternOf(schema),
    formatOf(schema),
    exampleOf(schema),
    defaultOf(schema),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Ranges with steps of their own; nothing of other alternatives. */
export function rangesText(branches: readonly Schema[], unit?: string): string {
  if (!areRanges(branches)) return '';
  return branches.map((range) => hintOf({ ...range, unit }).replace(' · ', ' ')).join(', ');
}

function rangeOf(schema: Schema, unit: string | undefined): string {
  const low = bound(schema['minimum'], schema['exclusiveMinimum'], 'more than');
  const high = bound(schema['maximum'], schema['exclusiveMaximum'], 'less than');
  if (low !== '' && high !== '') return `${low} to ${withUnit(high, unit)}`;
  if (low !== '') return low.startsWith('more') ? withUnit(low, unit) : `${withUnit(low, unit)} or more`;
  if (high !== '') return high.startsWith('less') ? withUnit(high, unit) : `${withUnit(high, unit)} or less`;
  return schema['type'] === 'integer' ? 'a whole number' : '';
}

function bound(inclusive: unknown, exclusive: unknown, words: string): string {
  if (typeof exclusive === 'number') return `${words} ${exclusive}`;
  return typeof inclusive === 'number' ? String(inclusive) : '';
}

function withUnit(value: string | number, unit: string | undefined): string {
  return unit === undefined ? String(value) : `${value} ${unit}`;
}

function lengthOf(schema: Schema): string {
  const { minLength, maxLength } = schema as { minLength?: unknown; maxLength?: unknown };
  if (typeof maxLength !== 'number') return '';
  return typeof minLength === 'number' && minLength > 0
    ? `${minLength} to ${maxLength} characters`
    : `at most ${maxLength} characters`;
}

/** Better than nothing, where neither a description nor an example says it. */
function patternOf(schema: Schema): string {
  const { pattern, description, examples } = schema as Readonly<
    Record<'pattern' | 'description' | 'examples', unknown>
  >;
  if (typeof pattern !== 'string' || description !== undefined || examples !== undefined) return '';
  return `matching ${pattern}`;
}

function formatOf({ format, examples }: Schema): string {
  return examples === undefined ? (formats[String(format)] ?? '') : '';
}

function exampleOf(schema: Schema): string {
  const [example] = Array.isArray(schema['examples']) ? (schema['examples'] as readonly unknown[]) : [];
  if (example === undefined || isChoice(schema)) return '';
  return `for example ${typeof example === 'string' ? example : JSON.stringify(example)}`;
}

function defaultOf(schema: Schema): string {
  const value = schema['default'];
  if (value === undefined || isChoice(schema)) return '';
  return `${typeof value === 'string' ? value : JSON.stringify(value)} by default`;
}

/** What can be chosen stands there already. */
function isChoice(schema: Schema): boolean {
  return schema['enum'] !== undefined || schema['oneOf'] !== undefined || schema['type'] === 'boolean';
}
