import { BellcrankError } from '../../../src/driver/index.ts';
import { parsePointer, placeAt } from '../../../drivers/declarative/topics/message/pointer.ts';
import { printText } from '../../../drivers/declarative/topics/message/text.ts';
import { meaningOf, wireOf } from '../../../drivers/declarative/topics/message/wire.ts';
import type { Hearing, MatchRule, Place } from '../../../drivers/declarative/topics/topic-map.ts';

type Known = Readonly<Record<string, unknown>>;

/** A payload that the hearing reads as these values. Throws for what it only reads (`{%*d}`). */
export function printHeard(hearing: Omit<Hearing, 'topic'>, known: Known): string {
  const { reading, fields } = hearing;
  if (reading.kind === 'any') return '';
  if (reading.kind === 'text') return printText(reading.template, known, fields);
  return JSON.stringify(documentOf(undefined, hearing, known) ?? {});
}

/** A JSON document with the hearing's places put into it, beside what is there. */
export function documentOf(
  document: unknown,
  { reading, rules, fields }: Omit<Hearing, 'topic'>,
  known: Known,
): unknown {
  if (reading.kind !== 'json') return document;
  let made = document;
  for (const rule of rules) made = withRule(made, rule, known, reading.places);
  for (const [name, place] of Object.entries(reading.places)) {
    if (name.startsWith('/') || (place.optional && known[name] === undefined)) continue;
    made = placeAt(made, place.pointer, placed(name, place, known, fields));
  }
  return made;
}

function placed(name: string, { as }: Place, known: Known, fields: Hearing['fields']): unknown {
  const meaning = meaningOf(fields, name);
  const value = known[name];
  if (value === undefined) throw new BellcrankError('invalid-request', `the simulated device has no value for ${name}`);
  return as === undefined
    ? wireOf(value, meaning)
    : printText(as, { value }, meaning === undefined ? {} : { value: meaning });
}

function withRule(
  document: unknown,
  { field, equals, present }: MatchRule,
  known: Known,
  places: Readonly<Record<string, Place>>,
): unknown {
  if (present === false) return document;
  const pointer = places[field]?.pointer ?? parsePointer(field);
  if (pointer === undefined) return document;
  const value = equals === undefined ? true : 'value' in equals ? equals.value : known[equals.known];
  return value === undefined ? document : placeAt(document, pointer, value);
}
