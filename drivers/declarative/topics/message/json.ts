import { BellcrankError, isFields } from '../../../../src/driver/index.ts';
import type { FieldMeanings, JsonPart } from '../topic-map.ts';
import { printText, scanText } from './text.ts';
import { type Known, meaningOf, sameJson, toldOf, wireOf } from './wire.ts';

/** A part whose parameter was not given: it is left out. */
const absent = Symbol('absent');

/** A JSON payload with its fields filled in. Throws `invalid-request` for what no JSON can tell. */
export function printJson(part: JsonPart, known: Known, fields: FieldMeanings): unknown {
  const printed = print(part, known, fields);
  return printed === absent ? null : printed;
}

function print(part: JsonPart, known: Known, fields: FieldMeanings): unknown {
  if (part.kind === 'constant') return part.value;
  if (part.kind === 'value') return printValue(part.name, known, fields);
  if (part.kind === 'text') return isGiven(part, known) ? printText(part.template, known, fields) : absent;
  if (part.kind === 'list')
    return part.items.map((item) => print(item, known, fields)).filter((item) => item !== absent);
  const members = part.members.map(([key, member]) => [key, print(member, known, fields)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== absent));
}

function printValue(name: string, known: Known, fields: FieldMeanings): unknown {
  const value = Object.hasOwn(known, name) ? known[name] : undefined;
  if (value === undefined) return absent;
  const wire = wireOf(value, meaningOf(fields, name));
  if (typeof wire !== 'number' || Number.isFinite(wire)) return wire;
  throw new BellcrankError('invalid-request', `${name} is no number that JSON can tell`);
}

function isGiven({ template }: Extract<JsonPart, { kind: 'text' }>, known: Known): boolean {
  return template.parts.every(
    (part) => part.kind !== 'field' || part.name === undefined || known[part.name] !== undefined,
  );
}

/** What a payload of this pattern tells; undefined if it is another one. Members may be missing only where `partial`. */
export function scanJson(
  part: JsonPart,
  value: unknown,
  known: Known,
  fields: FieldMeanings,
  partial: boolean,
): Readonly<Record<string, unknown>> | undefined {
  const told = new Map<string, unknown>();
  return scan(part, value) ? Object.fromEntries(told) : undefined;

  function scan(pattern: JsonPart, found: unknown): boolean {
    if (pattern.kind === 'constant') return sameJson(found, pattern.value);
    if (pattern.kind === 'value') return take(pattern.name, found);
    if (pattern.kind === 'text') return takeText(pattern, found);
    if (pattern.kind === 'list')
      return Array.isArray(found) && pattern.items.every((item, index) => scan(item, (found as unknown[])[index]));
    return isFields(found) && hasOnly(pattern, found) && pattern.members.every((member) => scanMember(member, found));
  }

  function scanMember([key, member]: readonly [string, JsonPart], found: Readonly<Record<string, unknown>>): boolean {
    if (Object.hasOwn(found, key)) return scan(member, found[key]);
    return partial && (member.kind === 'value' || member.kind === 'text');
  }

  function take(name: string, found: unknown): boolean {
    const meaning = meaningOf(fields, name);
    if (Object.hasOwn(known, name)) return sameJson(found, wireOf(known[name], meaning));
    const meant = toldOf(found, meaning);
    if (meant === undefined) return false;
    told.set(name, meant.value);
    return true;
  }

  function takeText({ template }: Extract<JsonPart, { kind: 'text' }>, found: unknown): boolean {
    const read = typeof found === 'string' ? scanText(template, found, known, fields) : undefined;
    for (const [name, one] of Object.entries(read ?? {})) told.set(name, one);
    return read !== undefined;
  }
}

function hasOnly(
  { members }: Extract<JsonPart, { kind: 'object' }>,
  found: Readonly<Record<string, unknown>>,
): boolean {
  return Object.keys(found).every((key) => members.some(([name]) => name === key));
}

/** The fields that stand in it. */
export function fieldsIn(part: JsonPart): string[] {
  if (part.kind === 'constant') return [];
  if (part.kind === 'value') return [part.name];
  if (part.kind === 'text')
    return part.template.parts.flatMap((one) => (one.kind === 'field' && one.name !== undefined ? [one.name] : []));
  if (part.kind === 'list') return part.items.flatMap(fieldsIn);
  return part.members.flatMap(([, member]) => fieldsIn(member));
}
