import * as fc from 'fast-check';
import type { Schema } from './document.ts';

type Resolve = (schema: Schema) => Schema;

/** What text often is: the name of something. */
const words = [
  'supply',
  'plug',
  'scpi-supply',
  'spare-line',
  'viewer',
  'read',
  'command:plug',
  'G0 X-1',
  'unplug',
  'power',
];

/** How deep a value may nest where a schema leaves it open. */
const maxDepth = 3;

/** Values that a schema allows, or that are close to it: what several keywords together ask for may be missed. */
export function valuesOf(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  const its = resolve(schema);
  const { const: only, enum: some, examples } = its as { const?: unknown; enum?: unknown[]; examples?: unknown[] };
  if (only !== undefined) return fc.constant(only);
  if (some !== undefined) return fc.constantFrom(...some);
  const made = composed(its, resolve) ?? ofType(its, resolve);
  return examples === undefined ? made : fc.oneof(made, fc.constantFrom(...examples));
}

/** `anyOf`, `oneOf` and `allOf`, each with what stands beside it. */
function composed(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> | undefined {
  const { anyOf, oneOf, allOf, ...beside } = schema as Record<string, unknown> & Choices;
  const options = anyOf ?? oneOf;
  if (options !== undefined) {
    const all =
      oneOf === undefined
        ? options.map((option) => together(beside, resolve(option)))
        : exclusive(beside, options, resolve);
    return fc.oneof(...all.map((each) => valuesOf(each, resolve)));
  }
  if (allOf === undefined) return undefined;
  // Of parts that leave a choice, one is chosen.
  const choices = allOf.map((part) => {
    const { anyOf: any, oneOf: one, ...rest } = resolve(part) as Record<string, unknown> & Choices;
    return fc.constantFrom(...(any ?? one ?? [{}])).map((option) => together(rest, resolve(option)));
  });
  return fc.tuple(...choices).chain((parts) => valuesOf(parts.reduce(together, beside), resolve));
}

/** Each option without what another one asks for: exactly one may fit. */
function exclusive(beside: Schema, options: readonly Schema[], resolve: Resolve): Schema[] {
  const asks = options.map((option) => (resolve(option)['required'] ?? []) as string[]);
  return options.map((option, at) => {
    const others = new Set(asks.flatMap((names, index) => (index === at ? [] : names)));
    const own = asks[at] ?? [];
    const properties = Object.entries({ ...(beside['properties'] as object) });
    const left = properties.filter(([name]) => own.includes(name) || !others.has(name));
    return { ...resolve(option), ...beside, properties: Object.fromEntries(left), required: own };
  });
}

interface Choices {
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** What fits both, for the keywords that are joined here. */
function together(one: Schema, other: Schema): Schema {
  const required = [...((one['required'] ?? []) as string[]), ...((other['required'] ?? []) as string[])];
  const properties = { ...(one['properties'] as object), ...(other['properties'] as object) };
  return {
    ...one,
    ...other,
    ...(required.length > 0 ? { required } : {}),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
  };
}

function ofType(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  switch (typeOf(schema)) {
    case 'string':
      return texts(schema);
    case 'integer':
      return integers(schema);
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return lists(schema, resolve);
    case 'object':
      return objects(schema, resolve);
    default:
      return fc.jsonValue({ maxDepth });
  }
}

function typeOf({ type, properties, required }: Schema): unknown {
  if (Array.isArray(type)) return type[0];
  return type ?? (properties === undefined && required === undefined ? undefined : 'object');
}

function texts({ pattern, format, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true, min: year(1970), max: year(2100) }).map(iso);
  const bounds = {
    minLength: Number(minLength),
    maxLength: Math.max(Number(minLength), Math.min(60, Number(maxLength))),
  };
  if (typeof pattern !== 'string') {
    const fitting = words.filter(({ length }) => length >= Number(minLength) && length <= bounds.maxLength);
    return fc.oneof(
      fc.string({ ...bounds, unit: 'grapheme' }),
      fc.constantFrom('x'.repeat(bounds.minLength), ...fitting),
    );
  }
  // fast-check has no classes of Unicode; of what they leave, the rest of ASCII.
  const simple = pattern.replace('[^\\p{Cc}]', '[ -~]').replace('[^+#\\u0000]', '[ -"$-*,-~]');
  return fc.stringMatching(new RegExp(simple, 'u'), { maxLength: bounds.maxLength });
}

const year = (number: number): Date => new Date(Date.UTC(number));
const iso = (date: Date): string => date.toISOString();

function integers(schema: Schema): fc.Arbitrary<number> {
  const { min, max } = rangeOf(schema);
  const least = Math.ceil(min) + (schema['exclusiveMinimum'] === Math.ceil(min) ? 1 : 0);
  return fc.integer({ min: Math.max(least, -(2 ** 31)), max: Math.min(Math.floor(max), 2 ** 31 - 1) });
}

function numbers(schema: Schema): fc.Arbitrary<number> {
  const { min, max } = rangeOf(schema);
  const any = fc.double({ min, max, noNaN: true, noDefaultInfinity: true, minExcluded: 'exclusiveMinimum' in schema });
  // Most people ask for round ones, and devices do not take every digit.
  const round = fc.integer({ min: Math.ceil(min), max: Math.max(Math.ceil(min), Math.floor(max)) });
  return fc.oneof(any, round).filter((value) => value <= max && !Object.is(value, -0));
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): { min: number; max: number } {
  return { min: Number(minimum ?? exclusiveMinimum ?? -1e6), max: Number(maximum ?? exclusiveMaximum ?? 1e6) };
}

function lists(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown[]> {
  const { items = {}, minItems = 0, maxItems = 5, uniqueItems } = schema;
  const bounds = { minLength: Number(minItems), maxLength: Math.max(Number(minItems), Math.min(5, Number(maxItems))) };
  const item = valuesOf(items as Schema, resolve);
  if (uniqueItems !== true) return fc.array(item, bounds);
  return fc.uniqueArray(item, { ...bounds, selector: (value) => JSON.stringify(value) });
}

function objects(schema: Schema, resolve: Resolve): fc.Arbitrary<Record<string, unknown>> {
  const { properties = {}, required = [], additionalProperties, minProperties = 0 } = schema;
  const named = Object.entries(properties as Record<string, Schema>);
  const model = Object.fromEntries(named.map(([name, its]) => [name, valuesOf(its, resolve)]));
  const always = (required as string[]).filter((name) => name in model);
  const least = always.length < Number(minProperties) ? named.map(([name]) => name) : always;
  const known = fc.oneof(fc.record(model, { requiredKeys: always }), fc.record(model, { requiredKeys: least }));
  if (typeof additionalProperties !== 'object') return known;
  const further = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 10 }),
    valuesOf(additionalProperties as Schema, resolve),
    {
      maxKeys: 3,
      noNullPrototype: true,
    },
  );
  return fc.tuple(further, known).map(([others, its]) => ({ ...others, ...its }));
}
