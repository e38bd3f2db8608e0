import { BellcrankError, scaled, unscaled } from '../../../src/driver/index.ts';
import type { FieldScale } from '../definition/definition.ts';
import { own } from '../definition/scope.ts';
import type { FieldPart, FieldValue, Template, Values } from '../template/template.ts';

/** What is known before a reply comes: the instance's options, what `each` fixed, and the parameters. */
export type Known = Readonly<Record<string, unknown>>;

/** What a field told, as clients see it. */
export type Told = string | number | boolean | readonly Told[];
export type Fields = Readonly<Record<string, Told>>;

type Scales = Readonly<Record<string, FieldScale>>;

/** Of what is known, the values of a template's fields, as the device writes them. Throws `invalid-request`. */
export function rawValues(template: Template, known: Known, scales: Scales): Values {
  const raw: Record<string, FieldValue> = {};
  for (const part of template.parts) {
    if (part.kind !== 'field' || part.name === undefined || !Object.hasOwn(known, part.name)) continue;
    raw[part.name] = rawValue(fieldValue(known[part.name], part.name), part, own(scales, part.name));
  }
  return raw;
}

function rawValue(value: FieldValue, part: FieldPart, scale: FieldScale | undefined): FieldValue {
  if (scale === undefined) return value;
  if (isList(value)) return value.map((member) => rawValue(member, part, scale));
  if (typeof value !== 'number' && typeof value !== 'bigint') return value;
  return part.conversion.capacity?.of === 'number' ? fraction(value, scale) : integer(value, scale);
}

function integer(value: number | bigint, { scale, offset }: FieldScale): number | bigint {
  const raw = unscaled(value, scale, offset);
  const number = Number(raw);
  return Number.isSafeInteger(number) ? number : raw;
}

/** Finer than anything that a device is told. */
const finest = 1e-12;

function fraction(value: number | bigint, { scale, offset }: FieldScale): number {
  return scaled(unscaled(value, scaled(finest, scale), offset), finest);
}

/** What the values of a reply mean. Throws `device-protocol` for an integer that no JSON number can tell. */
export function meaning(values: Values, scales: Scales): Fields {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, told(name, value, own(scales, name))]),
  );
}

function told(name: string, value: FieldValue, scale: FieldScale | undefined): Told {
  if (isList(value)) return value.map((member) => told(name, member, scale));
  if (scale !== undefined && (typeof value === 'number' || typeof value === 'bigint')) {
    return finite(name, scaled(value, scale.scale, scale.offset));
  }
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  if (BigInt(number) === value) return number;
  throw new BellcrankError('device-protocol', `${name} is ${value}, which a JSON number cannot tell exactly`);
}

function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new BellcrankError('device-protocol', `${name} is larger than any number`);
}

function fieldValue(value: unknown, name: string): FieldValue {
  if (isFieldValue(value)) return value;
  throw new BellcrankError('invalid-request', `${name} is nothing that the device could be told`);
}

function isFieldValue(value: unknown): value is FieldValue {
  if (Array.isArray(value)) return value.every(isFieldValue);
  return ['number', 'bigint', 'string', 'boolean'].includes(typeof value);
}

/** `Array.isArray` does not narrow a read-only array. */
function isList(value: FieldValue): value is readonly FieldValue[] {
  return Array.isArray(value);
}
