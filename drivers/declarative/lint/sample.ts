import { BellcrankError, type JsonSchema, validate } from '../../../src/driver/index.ts';
import { own } from '../definition/scope.ts';
import type { ChecksumPart, Conversion, FieldPart, FieldValue, Part, Template } from '../template/index.ts';

/** Values that a field may well have. */
const numbers: readonly FieldValue[] = [1, 0, 2.5, -1, 25];
const texts: readonly FieldValue[] = ['A1', 'A', '1', 'x', '-', '01', 'AA', '2026-01-02T03:04:05Z', 'AAAA', '1234'];
const all: readonly FieldValue[] = [...numbers, ...texts, true, false];

/** A value that the conversion prints and reads back, and that the schema accepts if there is one. */
export function sampleValue(conversion: Conversion, schema?: JsonSchema): FieldValue | undefined {
  const { choices, bytes } = conversion.capacity ?? {};
  const listed = Array.isArray(schema?.['enum']) ? (schema['enum'] as FieldValue[]) : [];
  const bounds = [schema?.['minimum'], schema?.['maximum']].filter((bound) => typeof bound === 'number');
  const sized = bytes === undefined ? [] : ['A', '1', 'a'].map((character) => character.repeat(bytes));
  const candidates = [...(choices ?? []).map(({ value }) => value), ...listed, ...all, ...bounds, ...sized];
  const survivors = candidates.filter((value) => survives(conversion, value));
  return survivors.find((value) => schema === undefined || validate(schema, value).length === 0) ?? survivors[0];
}

export function survives(conversion: Conversion, value: FieldValue): boolean {
  const printed = tryPrint(conversion, value);
  if (printed === undefined) return false;
  const scanned = conversion.scan(printed, 0, printed.length);
  return scanned !== undefined && scanned.end === printed.length;
}

/** Undefined for a value that has no bytes in this conversion. */
export function tryPrint(conversion: Conversion, value: FieldValue): Uint8Array | undefined {
  try {
    return conversion.print(value);
  } catch (error) {
    if (error instanceof BellcrankError) return undefined;
    throw error;
  }
}

/** Devices write a number as short as they like. */
const one = Buffer.from('1');

/** Messages that a template reads, in more than one of the forms that numbers have. */
export function sampleMessages(template: Template, schemas: Readonly<Record<string, JsonSchema>> = {}): Uint8Array[] {
  return [sampleBytes(template, {}, schemas), sampleBytes(template, {}, schemas, true)].filter(
    (message) => message !== undefined,
  );
}

/**
 * A message that a template for input reads: what is not given has a sample value. Undefined where nothing can be made
 * up, as for a regular expression.
 */
export function sampleBytes(
  template: Template,
  given: Readonly<Record<string, FieldValue>> = {},
  schemas: Readonly<Record<string, JsonSchema>> = {},
  isPlain = false,
): Uint8Array | undefined {
  let message: Uint8Array = new Uint8Array();
  for (const part of template.parts) {
    const piece = part.kind === 'checksum' ? part.compute(message) : bytesOf(part, given, schemas, isPlain);
    if (piece === undefined) return undefined;
    message = Buffer.concat([message, piece]);
  }
  return message;
}

function bytesOf(
  part: Exclude<Part, ChecksumPart>,
  given: Readonly<Record<string, FieldValue>>,
  schemas: Readonly<Record<string, JsonSchema>>,
  isPlain: boolean,
): Uint8Array | undefined {
  if (part.kind === 'literal') return part.bytes;
  if (part.kind === 'any-byte') return Uint8Array.of(0x3f);
  if (part.kind === 'white-space') return Uint8Array.of(0x20);
  return part.kind === 'field' ? fieldBytes(part, given, schemas, isPlain) : undefined;
}

function fieldBytes(
  { name, conversion, separator }: FieldPart,
  given: Readonly<Record<string, FieldValue>>,
  schemas: Readonly<Record<string, JsonSchema>>,
  isPlain: boolean,
): Uint8Array | undefined {
  if (isPlain && conversion.capacity?.of === 'number' && conversion.scan(one, 0, 1)?.end === 1) return one;
  const value = own(given, name ?? '') ?? sampleValue(conversion, own(schemas, name ?? ''));
  const printed = value === undefined ? undefined : tryPrint(conversion, value);
  if (printed === undefined || separator === undefined) return printed;
  return Buffer.concat([printed, separator, printed]);
}
