import type { JsonSchema } from '../../src/driver/index.ts';
import { validate } from '../../src/driver/index.ts';

/** What a property is before anybody has set it: default, minimum, 0, false, the first of its choices, or "". */
export function firstValue(schema: JsonSchema): unknown {
  const choices = schema['enum'];
  if (schema['default'] !== undefined) return schema['default'];
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(choices)) return choices[0];
  switch (schema['type']) {
    case 'boolean':
      return false;
    case 'string':
      return '';
    case 'array':
      return firstArray(schema);
    default:
      return firstNumber(schema);
  }
}

function firstNumber(schema: JsonSchema): number {
  const { minimum, maximum } = rangeOf(schema);
  if (minimum !== -Infinity) return isValid(schema, minimum) ? minimum : minimum + stepOf(schema);
  return Math.min(0, maximum);
}

function stepOf(schema: JsonSchema): number {
  const multiple = schema['multipleOf'];
  if (typeof multiple === 'number') return multiple;
  return schema['type'] === 'integer' ? 1 : 0.001;
}

function firstArray(schema: JsonSchema): unknown[] {
  const count = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0;
  const items = schema['items'];
  const item = isSchema(items) ? firstValue(items) : 0;
  return Array.from({ length: count }, () => item);
}

/** The bounds of a numeric schema; infinite where it has none. */
export function rangeOf(schema: JsonSchema): { readonly minimum: number; readonly maximum: number } {
  return {
    minimum: Math.max(bound(schema['minimum'], -Infinity), bound(schema['exclusiveMinimum'], -Infinity)),
    maximum: Math.min(bound(schema['maximum'], Infinity), bound(schema['exclusiveMaximum'], Infinity)),
  };
}

function bound(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isValid(schema: JsonSchema, value: unknown): boolean {
  return validate(schema, value).length === 0;
}
