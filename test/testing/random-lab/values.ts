import type { JsonSchema } from '../../../src/driver/index.ts';
import type { Dice } from './dice.ts';

/** Where a schema leaves a number open, it stays as small as this. */
const usualRange = 20;

/** A value that a schema allows, or nearly always: what it says beyond types and bounds is not looked at. */
export function valueOf(schema: JsonSchema, dice: Dice): unknown {
  if ('const' in schema) return schema['const'];
  const choices = (schema['enum'] ?? undefined) as readonly unknown[] | undefined;
  if (choices !== undefined) return dice.pick(choices);
  const options = (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined;
  if (options !== undefined && schema['properties'] === undefined) return valueOf(dice.pick(options), dice);
  switch (schema['type']) {
    case 'object':
      return objectOf(schema, dice);
    case 'boolean':
      return dice.chance(0.5);
    case 'number':
    case 'integer':
      return numberOf(schema, dice);
    case 'array':
      return [];
    case 'null':
      return null;
    default:
      return exampleOf(schema, dice) ?? 'one';
  }
}

function objectOf(schema: JsonSchema, dice: Dice): unknown {
  const example = exampleOf(schema, dice);
  if (example !== undefined && dice.chance(0.4)) return example;
  // A schema of type `object` has schemas in its properties, and names in `required`.
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  const wanted = Object.entries(properties).filter(([name]) => required.includes(name) || dice.chance(0.5));
  return Object.fromEntries(wanted.map(([name, its]) => [name, valueOf(its, dice)]));
}

function numberOf(schema: JsonSchema, dice: Dice): number {
  const bound = (...names: readonly string[]): number | undefined =>
    names.map((name) => schema[name]).find((value): value is number => typeof value === 'number');
  const low = bound('minimum', 'exclusiveMinimum') ?? -usualRange / 2;
  const high = Math.min(bound('maximum', 'exclusiveMaximum') ?? low + usualRange, low + 1e6);
  const step = schema['type'] === 'integer' ? 1 : (bound('multipleOf') ?? 0.1);
  const steps = Math.max(1, Math.floor((high - low) / step));
  return Number((low + (1 + dice.below(steps)) * step).toFixed(6));
}

function exampleOf(schema: JsonSchema, dice: Dice): unknown {
  const examples = schema['examples'];
  return Array.isArray(examples) && examples.length > 0 ? dice.pick(examples as readonly unknown[]) : undefined;
}
