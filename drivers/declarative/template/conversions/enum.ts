import { startsWithAt, toText } from '../bytes.ts';
import { Cursor } from '../cursor.ts';
import { readPlainByte } from '../escapes.ts';
import { sameScalar, scalar } from '../scalar.ts';
import { TemplateError, type Conversion, type FieldValue, type ValueType } from '../template.ts';
import { allow, refuse, untellable, type ConversionSpec } from './spec.ts';

/** One alternative as written; `value` is the text after its `=`. */
interface Alternative {
  readonly bytes: Uint8Array;
  readonly value: string | undefined;
}

interface Choice {
  readonly bytes: Uint8Array;
  readonly value: FieldValue;
}

/** What is written between the braces. `otherwise` is the value where none matches. */
interface Alternatives {
  readonly members: readonly Alternative[];
  readonly otherwise: string | undefined;
}

/**
 * `%{off|on}`: one of several texts, the longest that matches. Values that are not written are the texts themselves,
 * until a schema's type says that they are false and true, or 0, 1, ….
 */
export function enumConversion(spec: ConversionSpec): Conversion {
  allow(spec, {});
  return choiceOf(spec, alternativesOf(spec), undefined);
}

function choiceOf(spec: ConversionSpec, all: Alternatives, type: ValueType | undefined): Conversion {
  const choices = all.members.map((member, index) => ({ bytes: member.bytes, value: valueOf(member, index, type) }));
  const otherwise = all.otherwise === undefined ? undefined : explicit(all.otherwise, type);
  const longestFirst = [...choices].sort((a, b) => b.bytes.length - a.bytes.length);
  const texts = choices.map(({ bytes, value }) => ({ text: toText(bytes), value }));
  return {
    text: spec.text,
    expects: `one of ${texts.map(({ text }) => JSON.stringify(text)).join(', ')}`.slice(0, 200),
    capacity: { of: 'choice', selfEnding: true, choices: texts, ...sizeOf(choices, otherwise) },
    print(value) {
      const found = choices.find((choice) => sameScalar(choice.value, value));
      return found?.bytes ?? untellable(spec.text, value, 'is not one of the choices');
    },
    scan(bytes, from) {
      const found = longestFirst.find((choice) => startsWithAt(bytes, choice.bytes, from));
      if (found !== undefined) return { value: found.value, end: from + found.bytes.length };
      return otherwise === undefined ? undefined : { value: otherwise, end: from };
    },
    typed(wanted, at) {
      const typed = choiceOf(spec, all, wanted);
      checkType(typed, wanted, at);
      if (wanted === 'boolean') checkBoolean(spec, all.members, at);
      return typed;
    },
  };
}

function sizeOf(choices: readonly Choice[], otherwise: FieldValue | undefined): object {
  const lengths = choices.map(({ bytes }) => bytes.length);
  const width = Math.max(...lengths);
  const isFixed = otherwise === undefined && lengths.every((length) => length === width);
  const isEmpty = otherwise !== undefined || lengths.includes(0);
  return {
    width,
    ...(isFixed && { bytes: width }),
    ...(isEmpty && { empty: true }),
    ...(otherwise !== undefined && { otherwise }),
  };
}

function valueOf({ bytes, value }: Alternative, index: number, type: ValueType | undefined): FieldValue {
  if (value !== undefined) return explicit(value, type);
  if (type === 'boolean') return index === 1;
  return type === 'integer' || type === 'number' ? index : toText(bytes);
}

/** With a string's schema `1` is a text. */
function explicit(text: string, type: ValueType | undefined): FieldValue {
  const value = scalar(text);
  return type === 'string' && typeof value !== 'string' ? text : value;
}

function checkType({ text, capacity }: Conversion, type: ValueType, at: number): void {
  const values = [...(capacity?.choices ?? []).map(({ value }) => value), ...otherwiseOf(capacity?.otherwise)];
  const fits = (value: FieldValue): boolean =>
    type === 'integer' || type === 'number' ? typeof value === 'number' : typeof value === type;
  const wrong = values.find((value) => !fits(value));
  if (wrong !== undefined) throw new TemplateError(`${text}: ${JSON.stringify(wrong)} is no ${type}`, at);
}

/** False then true, or else it is said of each text what it means: `%{ON}` must not come to mean false. */
function checkBoolean({ text }: ConversionSpec, members: readonly Alternative[], at: number): void {
  const implicit = members.filter(({ value }) => value === undefined).length;
  if (implicit === 0 || (implicit === 2 && members.length === 2)) return;
  throw new TemplateError(`${text}: a boolean is two texts, or each says its value: %{OFF=false|ON=true|…}`, at);
}

function otherwiseOf(value: FieldValue | undefined): readonly FieldValue[] {
  return value === undefined ? [] : [value];
}

function alternativesOf(spec: ConversionSpec): Alternatives {
  const cursor = new Cursor(spec.argument, spec.argumentAt);
  const members: Alternative[] = [];
  let otherwise: string | undefined;
  do {
    if (otherwise !== undefined) refuse(spec, '?= comes last');
    if (cursor.accept('?=')) otherwise = readValue(cursor);
    else members.push({ bytes: readText(cursor), value: cursor.accept('=') ? readValue(cursor) : undefined });
  } while (cursor.accept('|'));
  check(spec, members);
  return { members, otherwise };
}

function check(spec: ConversionSpec, members: readonly Alternative[]): void {
  if (members.every(({ bytes }) => bytes.length === 0)) refuse(spec, 'it has no choices');
  const seen = new Set<string>();
  for (const text of members.map(({ bytes }) => toText(bytes))) {
    if (seen.has(text)) refuse(spec, `${JSON.stringify(text)} stands in it twice`);
    seen.add(text);
  }
}

function readText(cursor: Cursor): Uint8Array {
  const bytes: number[] = [];
  while (!cursor.done && !'|='.includes(cursor.peek)) bytes.push(readPlainByte(cursor, '|=}'));
  return Uint8Array.from(bytes);
}

function readValue(cursor: Cursor): string {
  let text = '';
  while (!cursor.done && cursor.peek !== '|') {
    cursor.accept('\\');
    text += cursor.next();
  }
  return text;
}
