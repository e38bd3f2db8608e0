import type { JsonSchema } from '../../../../src/driver/index.ts';
import { suggestion } from '../../../../src/yaml/suggest.ts';
import type { Path } from '../../definition/definition.ts';
import { isTaken } from '../../definition/names.ts';
import { entriesOf, error } from '../../definition/scope.ts';
import { parsePointer } from '../message/pointer.ts';
import type { RawReading, RawRule, RawSource } from '../schema/message.ts';
import type { FieldMeanings, Hearing, MatchRule, Place, Reading } from '../topic-map.ts';
import { meaningsOf } from './fields.ts';
import { type Meaning, schemaIn, sendableOf, type TopicScope } from './scope.ts';
import { textTemplate, wireSchema } from './templates.ts';

/** How a payload is read, and what must be so for it to be the message that is meant. */
export function readingOf(scope: TopicScope, raw: RawReading, path: Path, meaning: Meaning): Omit<Hearing, 'topic'> {
  const fields = {
    ...meaning.fields,
    ...meaningsOf(scope, raw.fields, [...path, 'fields'], (name) => schemaIn(scope, meaning, name)),
  };
  if (raw.payload !== undefined && raw.json !== undefined) {
    scope.report(error([...path, 'json'], 'stands beside `payload`: it is read as text or as JSON', { key: true }));
  }
  const reading = formOf(scope, raw, path, meaning, fields);
  const rules = entriesOf(raw.match).map(([key, rule]) => ruleOf(scope, key, rule, [...path, 'match', key], meaning));
  return { reading: withRules(scope, reading, rules, path), rules, fields, path };
}

function formOf(scope: TopicScope, raw: RawReading, path: Path, meaning: Meaning, fields: FieldMeanings): Reading {
  const typeOfField = (name: string): JsonSchema | undefined =>
    wireSchema(schemaIn(scope, meaning, name), fields[name]);
  if (raw.payload !== undefined) {
    return { kind: 'text', template: textTemplate(scope, raw.payload, [...path, 'payload'], typeOfField) };
  }
  if (raw.json === undefined) return { kind: 'any' };
  const at = [...path, 'json'];
  const sources = typeof raw.json === 'string' ? { value: raw.json } : raw.json;
  const places = entriesOf(sources).map(([name, source]) => {
    const where = typeof raw.json === 'string' ? at : [...at, name];
    return [name, placeOf(scope, name, source, where, typeOfField)] as const;
  });
  return { kind: 'json', places: Object.fromEntries(places) };
}

function placeOf(
  scope: TopicScope,
  name: string,
  source: RawSource,
  path: Path,
  typeOfField: (name: string) => JsonSchema | undefined,
): Place {
  if (isTaken(name)) scope.report(error(path, `${name} is a name that is taken; choose another`, { key: true }));
  const { at, as, optional = false } = typeof source === 'string' ? { at: source } : source;
  const atPath = typeof source === 'string' ? path : [...path, 'at'];
  const place = { pointer: pointerAt(scope, at, atPath), optional };
  if (as === undefined) return place;
  const template = textTemplate(scope, as, [...path, 'as'], () => typeOfField(name));
  const named = template.parts.flatMap((part) => (part.kind === 'field' && part.name !== undefined ? [part.name] : []));
  if (named.length !== 1 || named[0] !== 'value') scope.report(error([...path, 'as'], 'needs the one field `value`'));
  return { ...place, as: template };
}

export function pointerAt(scope: TopicScope, text: string, path: Path): readonly string[] {
  const pointer = parsePointer(text);
  if (pointer !== undefined) return pointer;
  const hint = text.startsWith('/') ? '~ stands before 0 or 1 there' : 'it begins with /';
  scope.report(error(path, `is no JSON pointer (RFC 6901): ${hint}`));
  return [];
}

function ruleOf(scope: TopicScope, field: string, raw: RawRule, path: Path, meaning: Meaning): MatchRule {
  const { equals, tolerance = 0, present } = typeof raw === 'object' ? raw : { equals: raw };
  const wanted = equals === undefined ? undefined : wantedOf(scope, equals, path, meaning);
  if (equals === undefined && present === undefined) scope.report(error(path, 'needs `equals` or `present`'));
  return {
    field,
    tolerance,
    ...(present !== undefined && { present }),
    ...(wanted !== undefined && { equals: wanted }),
  };
}

/** `{name}` is the value of something known; all else stands for itself. */
export function wantedOf(
  scope: TopicScope,
  given: number | string | boolean,
  path: Path,
  meaning: Meaning,
): { readonly known: string } | { readonly value: number | string | boolean } {
  const [, name] = typeof given === 'string' ? (/^\{([\w-]+)\}$/.exec(given) ?? []) : [];
  if (name === undefined) return { value: given };
  const known = Object.keys(sendableOf(scope, meaning));
  if (!known.includes(name)) scope.report(error(path, `names no option and no parameter${suggestion(name, known)}`));
  return { known: name };
}

/** A rule may look at a place of the JSON that is no field. */
function withRules(scope: TopicScope, reading: Reading, rules: readonly MatchRule[], path: Path): Reading {
  const pointers = rules.map(({ field }) => field).filter((field) => field.startsWith('/'));
  const named = rules.map(({ field }) => field).filter((field) => !field.startsWith('/'));
  const known = fieldsOf(reading);
  for (const name of named) {
    if (known.includes(name)) continue;
    scope.report(error([...path, 'match', name], `names no field${suggestion(name, known)}`, { key: true }));
  }
  if (pointers.length === 0) return reading;
  if (reading.kind === 'text') {
    scope.report(error([...path, 'match'], 'looks into JSON, and the payload is read as text'));
    return reading;
  }
  const more = pointers.map(
    (text) => [text, { pointer: pointerAt(scope, text, [...path, 'match', text]), optional: true }] as const,
  );
  return { kind: 'json', places: { ...(reading.kind === 'json' && reading.places), ...Object.fromEntries(more) } };
}

/** The fields that a reading may tell, without places that only rules look at. */
export function fieldsOf(reading: Reading): string[] {
  if (reading.kind === 'any') return [];
  if (reading.kind === 'json') return Object.keys(reading.places).filter((name) => !name.startsWith('/'));
  return reading.template.parts.flatMap((part) =>
    part.kind === 'field' && part.name !== undefined ? [part.name] : [],
  );
}
