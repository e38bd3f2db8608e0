import { type JsonSchema, validate } from '../../../src/driver/index.ts';
import type { Bits, Definition, Exchange, Finding, Path, PropertyDefinition, Step } from '../definition/definition.ts';
import { error, warning } from '../definition/scope.ts';
import { type Conversion, fieldsOf, typeOf } from '../template/index.ts';
import { distinct, type Subject, valueAt } from './subject.ts';

type Read = NonNullable<PropertyDefinition['read']>;
type Part = Read & { readonly bits: Bits };

/** Properties that are bits of a field: the field must have them, and the schema must take what they tell. */
export function bits(subject: Subject): Finding[] {
  const { properties, model } = subject.definition;
  return distinct(
    Object.entries(properties).flatMap(([name, { read, path }]) => {
      const schema = model.properties[name]?.schema;
      if (read === undefined || schema === undefined) return [];
      if (!isPart(read)) return whole(subject.definition, read, schema, path);
      const at = [...read.path, valueAt(subject.raw, [...read.path, 'bits']) === undefined ? 'bit' : 'bits'];
      return [...fields(read, at), ...(read.bits.values ? meant(read, schema) : told(read.bits, schema, at))];
    }),
  );
}

function isPart(read: Read): read is Part {
  return read.bits !== undefined;
}

/** The whole of what others read bits of is a number to it, too. */
function whole({ properties }: Definition, read: Read, schema: JsonSchema, path: Path): Finding[] {
  const { from, field } = read;
  const isShared =
    from !== undefined &&
    Object.values(properties).some(
      (other) => other.read?.bits && other.read.from === from && other.read.field === field,
    );
  if (!isShared || ['integer', 'number', undefined].includes(typeOf(schema))) return [];
  return [error([...path, 'schema'], `is of ${field}, an integer, of which other properties are bits`)];
}

function fields({ steps, field, bits: { high } }: Part, at: Path): Finding[] {
  return exchangesIn(steps).flatMap((exchange) => {
    const uses = exchange.expect.flatMap(fieldsOf).filter(({ name }) => name === field);
    const scaled = exchange.fields[field] !== undefined && uses.length > 0;
    return [
      ...(scaled ? [error(at, `is of ${field}, which has a scale or an offset: its bits are no longer there`)] : []),
      ...uses.flatMap(({ conversion, isArray }) => {
        const detail = isArray ? `is of ${field}, which is a list` : unfit(field, conversion, high);
        return detail === undefined ? [] : [error(at, detail)];
      }),
    ];
  });
}

/** Why the field has not this bit. */
function unfit(field: string, { text, capacity }: Conversion, bit: number): string | undefined {
  if (capacity?.of !== 'integer' && capacity?.of !== 'choice')
    return `needs an integer, and ${field} is read by ${text}`;
  const { least, most } = rangeOf(capacity);
  if (least === undefined || most === undefined) return undefined;
  if (most > BigInt(Number.MAX_SAFE_INTEGER)) {
    return `is of ${field}, and ${text} tells more than the 53 bits that a number holds; read it as two fields`;
  }
  const highest = Math.max(lengthOf(most), lengthOf(least)) - 1;
  return bit > highest ? `is beyond bit ${highest}, the highest that ${text} tells of ${field}` : undefined;
}

function rangeOf({ minimum, maximum, choices, otherwise }: NonNullable<Conversion['capacity']>): {
  least?: bigint;
  most?: bigint;
} {
  if (choices === undefined) {
    return maximum === undefined ? {} : { least: BigInt(minimum ?? 0), most: BigInt(maximum) };
  }
  const numbers = [...choices.map(({ value }) => value), otherwise ?? 0].map(Number);
  return { least: BigInt(Math.min(...numbers)), most: BigInt(Math.max(...numbers)) };
}

/** How many bits it takes; of a negative one the sign is the highest. */
function lengthOf(value: bigint): number {
  if (value === 0n) return 0;
  return (value < 0n ? -value : value).toString(2).length;
}

/** Numbers that stand for themselves. */
function told(range: Bits, schema: JsonSchema, at: Path): Finding[] {
  const numbers = numbersOf(range);
  if (numbers.some((number) => isValid(schema, number))) return [];
  return [error(at, 'tells a number, and the schema takes none; `values` says what the numbers mean')];
}

/** Meanings must be values of the property, and what has none must not be taken for one. */
function meant({ bits: range, path }: Part, schema: JsonSchema): Finding[] {
  const values = Object.entries(range.values ?? {});
  const at = [...path, 'values'];
  const refused = values.filter(([, value]) => !isValid(schema, value));
  const without = numbersOf(range).filter((number) => !Object.hasOwn(range.values ?? {}, number));
  const mistaken = without.find((number) => isValid(schema, number));
  const listed = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [];
  const missing = listed.filter((one) => !values.some(([, value]) => value === one));
  return [
    ...refused.map(([number, value]) => error([...at, number], `${JSON.stringify(value)} is refused by the schema`)),
    ...(mistaken === undefined
      ? []
      : [error(at, `has nothing for ${mistaken}, which the schema would take for a value`, { key: true })]),
    ...missing
      .slice(0, 1)
      .map((one) => warning(at, `never tells ${JSON.stringify(one)}, which the schema has`, { key: true })),
  ];
}

/** The first of them, where they are many. */
function numbersOf({ low, high }: Bits): number[] {
  return Array.from({ length: Math.min(256, 2 ** (high - low + 1)) }, (_, number) => number);
}

function isValid(schema: JsonSchema, value: unknown): boolean {
  return validate(schema, value).length === 0;
}

function exchangesIn(steps: readonly Step[]): Exchange[] {
  return steps.flatMap((step) => (step.kind === 'wait' ? [] : step.kind === 'exchange' ? [step] : [step.exchange]));
}
