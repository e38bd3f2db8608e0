import { type Kind, kindOf, meaningOf, schemaOf, type Scalar, valueIn, fieldOf } from './kinds.ts';
import { hears, toldIn } from './links.ts';
import { type Ask, type Message, scalarAt } from './messages.ts';
import type { Entry, Group, Making } from './shared.ts';
import { slug, type State } from './states.ts';
import { escaped } from './topic-option.ts';

/** What the message that answers tells. */
export interface Reply {
  readonly topic: string;
  readonly fields: readonly ReplyField[];
  /** A text that is always the same. */
  readonly literal?: string;
}

export interface ReplyField {
  readonly name: string;
  readonly pointer: string | undefined;
  readonly kind: Kind;
}

/** The first topic that only answers, if it was heard each time. */
export function answerTo({ asks }: Group, { answers }: Making): string | undefined {
  return asks[0].heard
    .map(({ topic }) => topic)
    .find((topic) => answers.has(topic) && asks.every((ask) => hears(ask, topic)));
}

/** `own` is what a place shows that has a name already: the value that was sent. */
export function replyOn(
  topic: string,
  { asks }: Group,
  making: Making,
  own: (spot: ReplyField, asks: readonly Ask[]) => string | undefined,
): Reply {
  const messages = asks
    .map(({ heard }) => heard.findLast((message) => message.topic === topic))
    .filter((one) => one !== undefined);
  const [first] = messages;
  const isJson = messages.every(({ leaves }) => leaves !== undefined);
  if (!isJson && new Set(messages.map(({ text }) => text)).size === 1) {
    return { topic, fields: [], literal: first?.text ?? '' };
  }
  const pointers = isJson ? (first?.leaves ?? []).map((leaf) => leaf.pointer) : [undefined];
  const always = pointers.filter((pointer) => messages.every((message) => scalarAt(message, pointer) !== undefined));
  return { topic, fields: always.flatMap((pointer) => fieldAt(pointer, messages, asks, making, topic, own) ?? []) };
}

function fieldAt(
  pointer: string | undefined,
  messages: readonly Message[],
  asks: readonly Ask[],
  making: Making,
  topic: string,
  own: (spot: ReplyField, asks: readonly Ask[]) => string | undefined,
): ReplyField | undefined {
  const wires = messages.flatMap((message) => scalarAt(message, pointer) ?? []);
  if (new Set(wires.map((wire) => typeof wire)).size > 1) return undefined;
  const word = pointer?.slice(pointer.lastIndexOf('/') + 1) ?? topic;
  const spot = { name: '', pointer, kind: kindOf(wires) };
  const known = own(spot, asks);
  if (known !== undefined) return { ...spot, name: known };
  const same = making.states.find((state) => isSame(state, word, spot, topic, asks));
  if (same !== undefined) return { name: same.name, pointer, kind: same.kind };
  const name = making.valueNames.unique(slug(word));
  const [wire] = wires;
  making.initial.set(name, wire === undefined ? undefined : valueIn(spot.kind, wire));
  return { ...spot, name };
}

/** A state that the answer repeats: called so, and never another value. */
function isSame(state: State, word: string, spot: ReplyField, topic: string, asks: readonly Ask[]): boolean {
  if (state.word.toLowerCase() !== word.toLowerCase()) return false;
  const pairs = asks.map(
    (ask) => [toldIn(ask, state), toldIn(ask, { ...spot, topic, word, kind: state.kind })] as const,
  );
  return (
    pairs.some(([told]) => told !== undefined) &&
    pairs.every(([told, answered]) => told === undefined || told === answered)
  );
}

/** As it stands in the definition; `plain` are the fields whose meaning is said elsewhere. */
export function replyEntry(
  { topic, fields, literal }: Reply,
  { topics }: Making,
  plain: readonly string[] = [],
): Entry {
  const base = { topic: topics.write(topic) };
  if (literal !== undefined) return { ...base, payload: escaped(literal) };
  if (fields.length === 0) return base;
  const meanings = fields.filter(({ name, kind }) => !plain.includes(name) && meaningOf(kind).values !== undefined);
  const meant =
    meanings.length === 0
      ? {}
      : { fields: Object.fromEntries(meanings.map(({ name, kind }) => [name, meaningOf(kind)])) };
  const [first] = fields;
  if (first?.pointer === undefined)
    return { ...base, payload: fieldOf(first?.name ?? 'value', first?.kind ?? noKind), ...meant };
  if (fields.length === 1 && first.name === 'value') return { ...base, json: first.pointer, ...meant };
  return { ...base, json: Object.fromEntries(fields.map(({ name, pointer }) => [name, pointer])), ...meant };
}

const noKind: Kind = { type: 'string', longest: 0, mayBeEmpty: true };

/** The result that a command has of it, without what is a parameter. */
export function resultOf({ fields }: Reply, params: readonly string[]): { readonly result?: Entry } {
  const told = fields.filter(({ name }) => !params.includes(name));
  return told.length === 0 ? {} : { result: Object.fromEntries(told.map(({ name, kind }) => [name, schemaOf(kind)])) };
}

/** What one answer told. */
export function toldBy(
  { topic, fields }: Reply,
  { heard }: Ask,
  params: readonly string[],
): Readonly<Record<string, Scalar>> {
  const message = heard.findLast((one) => one.topic === topic);
  const told = fields.flatMap(({ name, pointer, kind }) => {
    const wire = message === undefined || params.includes(name) ? undefined : scalarAt(message, pointer);
    const value = wire === undefined ? undefined : valueIn(kind, wire);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(told);
}
