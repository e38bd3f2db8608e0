import type { JsonSchema } from '../../../src/driver/index.ts';
import { suggestion } from '../../../src/yaml/suggest.ts';
import type { Report } from './definition.ts';
import { optionIn } from './each.ts';
import type { OptionSchema } from './schema/type-keys.ts';
import type { RawProperty } from './schema/affordances.ts';
import { entriesOf, error, own, type Scalar } from './scope.ts';

export type Options = Readonly<Record<string, Scalar>>;

/** What instances may have, in whatever dialect. */
export interface WithOptions {
  readonly options?: Readonly<Record<string, OptionSchema>>;
  readonly address?: string;
  readonly properties?: Readonly<Record<string, Pick<RawProperty, 'each'>>>;
  readonly commands?: Readonly<Record<string, Pick<RawProperty, 'each'>>>;
}

/** The schema of an instance's options: what has a default may be left out. */
export function optionsSchemaOf({ options = {} }: WithOptions): JsonSchema {
  const required = entriesOf(options).flatMap(([name, schema]) => ('default' in schema ? [] : [name]));
  return {
    type: 'object',
    properties: options,
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}

/** The options that were given, and the defaults of the others. */
export function withOptionDefaults({ options }: WithOptions, given: Readonly<Record<string, unknown>>): Options {
  return Object.fromEntries(
    entriesOf(options).flatMap(([name, schema]) => {
      const value = own(given, name) ?? schema.default;
      return isScalar(value) ? [[name, value] as const] : [];
    }),
  );
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

/** Options of the instance that has the most: as many as `each` can run over, and anything valid for the others. */
export function largestOptions(raw: WithOptions): Options {
  const ends = endsOf(raw);
  return Object.fromEntries(
    entriesOf(raw.options).map(([name, schema]) => [name, ends.has(name) ? mostOf(schema) : sampleOf(schema)]),
  );
}

/** Options that are an end of a range of `each`. */
function endsOf({ properties, commands }: WithOptions): ReadonlySet<string> {
  const all = [...Object.values(properties ?? {}), ...Object.values(commands ?? {})];
  const ranges = all.flatMap(({ each }) => Object.values(each ?? {}));
  const names = ranges.flatMap((range) => ('of' in range ? [] : range.map((end) => optionIn(end))));
  return new Set(names.filter((name) => name !== undefined));
}

/** Without a maximum nobody knows how many there can be. */
export function checkEnds(raw: WithOptions, report: Report): void {
  for (const name of endsOf(raw)) {
    const schema = own(raw.options, name);
    if (schema === undefined || schema.type !== 'integer' || typeof schema['maximum'] === 'number') continue;
    report(error(['options', name], 'needs `maximum`, since `each` runs up to it'));
  }
}

function mostOf(schema: OptionSchema): Scalar {
  const most = schema['maximum'];
  return typeof most === 'number' ? most : sampleOf(schema);
}

/** A valid value, as plain as can be. */
export function sampleOf(schema: JsonSchema): Scalar {
  const preset = schema['default'];
  if (isScalar(preset)) return preset;
  const [first] = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [schema['const']];
  if (isScalar(first)) return first;
  if (schema['type'] === 'boolean') return false;
  if (schema['type'] === 'string') return 'x'.repeat(Number(schema['minLength'] ?? 0));
  const least = schema['minimum'];
  if (typeof least === 'number') return least;
  const most = schema['maximum'];
  return typeof most === 'number' ? Math.min(0, most) : 0;
}

/** `unit {address}` with the options' values: which of the devices on a line is meant. */
export function addressText(pattern: string, options: Options): string {
  return pattern.replaceAll(/\{([\w-]+)\}/g, (whole, name: string) => String(own(options, name) ?? whole));
}

export function checkAddress({ address, options }: WithOptions, report: Report): void {
  for (const [, name = ''] of (address ?? '').matchAll(/\{([\w-]+)\}/g)) {
    if (own(options, name) !== undefined) continue;
    report(error(['address'], `names no option${suggestion(name, Object.keys(options ?? {}))}`));
  }
}
