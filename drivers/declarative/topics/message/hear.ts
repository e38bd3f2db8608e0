import { type Message, payloadJson, payloadText } from '../../../../src/driver/index.ts';
import type { Hearing, MatchRule, Place, Reading } from '../topic-map.ts';
import { resolvePointer } from './pointer.ts';
import { scanText } from './text.ts';
import { type Known, meaningOf, sameJson, type Told, toldOf, wireOf } from './wire.ts';

export type Fields = Readonly<Record<string, Told>>;

/** A message as it came; its payload is looked at once, however many ask for it. */
export class Arrived {
  readonly message: Message;
  #text: { readonly text: string | undefined } | undefined;
  #json: { readonly json: { readonly value: unknown } | undefined } | undefined;

  constructor(message: Message) {
    this.message = message;
  }

  get topic(): string {
    return this.message.topic;
  }
  /** Undefined for what is too long or not UTF-8. */
  get text(): string | undefined {
    return (this.#text ??= { text: payloadText(this.message.payload) }).text;
  }
  /** In a box; undefined for what is too long, too deep or no JSON. */
  get json(): { readonly value: unknown } | undefined {
    return (this.#json ??= { json: payloadJson(this.message.payload) }).json;
  }
}

const arrived = new WeakMap<Message, Arrived>();

export function arrivedOf(message: Message): Arrived {
  const known = arrived.get(message);
  if (known !== undefined) return known;
  const fresh = new Arrived(message);
  arrived.set(message, fresh);
  return fresh;
}

/**
 * What the payload tells, by name. Undefined if it is not this kind of message: it has another form, lacks a place, or a
 * field that is named like something known has another value.
 */
export function hear(hearing: Omit<Hearing, 'topic'>, message: Arrived, known: Known): Fields | undefined {
  const fields = read(hearing, message, known);
  return fields !== undefined && hearing.rules.every((rule) => holds(rule, fields, known)) ? fields : undefined;
}

function read(hearing: Omit<Hearing, 'topic'>, message: Arrived, known: Known): Fields | undefined {
  const { reading } = hearing;
  if (reading.kind === 'any') return {};
  if (reading.kind === 'json') return readPlaces(reading.places, hearing, message, known);
  return message.text === undefined ? undefined : scanText(reading.template, message.text, known, hearing.fields);
}

function readPlaces(
  places: Extract<Reading, { kind: 'json' }>['places'],
  hearing: Omit<Hearing, 'topic'>,
  { json }: Arrived,
  known: Known,
): Fields | undefined {
  if (json === undefined) return undefined;
  const fields: Record<string, Told> = {};
  for (const [name, place] of Object.entries(places)) {
    const found = resolvePointer(json.value, place.pointer);
    if (found === undefined && place.optional) continue;
    const told = found && readPlace(name, place, found.value, hearing, known);
    if (told === undefined) return undefined;
    fields[name] = told.value;
  }
  return fields;
}

function readPlace(
  name: string,
  { as }: Place,
  found: unknown,
  { fields }: Omit<Hearing, 'topic'>,
  known: Known,
): { readonly value: Told } | undefined {
  const meaning = meaningOf(fields, name);
  const isKnown = Object.hasOwn(known, name) && known[name] !== undefined;
  if (as !== undefined) {
    const inner = meaning === undefined ? {} : { value: meaning };
    const told =
      typeof found === 'string' ? scanText(as, found, isKnown ? { value: known[name] } : {}, inner) : undefined;
    return told && { value: told['value'] };
  }
  if (isKnown && !sameJson(found, wireOf(known[name], meaning))) return undefined;
  // A device that tells `null` tells that it does not know.
  return found === null ? { value: null } : toldOf(found, meaning);
}

function holds(rule: MatchRule, fields: Fields, known: Known): boolean {
  const isThere = Object.hasOwn(fields, rule.field);
  if (rule.present !== undefined && rule.present !== isThere) return false;
  if (rule.equals === undefined) return true;
  if ('value' in rule.equals) return isThere && sameJson(fields[rule.field], rule.equals.value, rule.tolerance);
  const wanted = known[rule.equals.known];
  // A parameter that was not given asks for nothing.
  return wanted === undefined || (isThere && sameJson(fields[rule.field], wanted, rule.tolerance));
}
