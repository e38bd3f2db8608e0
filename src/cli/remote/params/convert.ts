import type { JsonSchema } from '../../../client/index.ts';
import { suggestion } from '../../../yaml/suggest.ts';
import { numberOf } from './number.ts';
import { choicesOf, forms, itemsOf, mayBe, typesOf, unitOf } from './schema.ts';

export type Converted = { readonly value: unknown } | { readonly problem: string };

/** What text means where a schema says what belongs there. Text that could mean several things is a problem. */
export function convert(schema: unknown, texts: readonly string[]): Converted {
  const lists = forms(schema).filter((form) => mayBe(form, 'array') && typesOf(form).length > 0);
  const [list] = lists;
  if (list !== undefined && (texts.length > 1 || lists.length === forms(schema).length)) return listed(list, texts);
  const [text = '', ...more] = texts;
  return more.length > 0 ? { problem: 'is given more than once, and is no list' } : single(schema, text);
}

function listed(form: JsonSchema, texts: readonly string[]): Converted {
  const items = texts.map((text) => single(itemsOf(form), text));
  const wrong = items.find((item) => 'problem' in item);
  return wrong ?? { value: items.map((item) => ('value' in item ? item.value : undefined)) };
}

function single(schema: unknown, text: string): Converted {
  const found = new Map(
    forms(schema).flatMap((form) => readings(form, text).map((value) => [JSON.stringify(value), value] as const)),
  );
  const [first, ...others] = found.keys();
  if (first === undefined) return { problem: expected(forms(schema), text) };
  if (others.length > 0) {
    return { problem: `can mean ${[...found.keys()].join(' or ')}; write the one that is meant as JSON, with :=` };
  }
  return { value: found.get(first) };
}

/** What a text can be read as. */
function readings(form: JsonSchema, text: string): readonly unknown[] {
  const choices = choicesOf(form);
  if (choices !== undefined) return choices.filter((choice) => textOf(choice) === text);
  const types = typesOf(form);
  if (types.length === 0) return [anything(text)];
  return types.flatMap((type) => ofType(type, text, unitOf(form)));
}

function ofType(type: string, text: string, unit: string | undefined): readonly unknown[] {
  switch (type) {
    case 'string':
      return [text];
    case 'boolean':
      return text === 'true' || text === 'false' ? [text === 'true'] : [];
    case 'null':
      return text === 'null' ? [null] : [];
    case 'number':
    case 'integer': {
      const number = numberOf(text, unit);
      return number === undefined || isBlurred(number, text) ? [] : [number];
    }
    default:
      return [];
  }
}

/** Whole numbers beyond 2^53 are not told apart, and other digits than were written must not be sent. */
function isBlurred(number: number, text: string): boolean {
  return /^[+-]?\d+$/.test(text) && JSON.stringify(number) !== text && BigInt(text) !== BigInt(number);
}

/** A choice as it is typed. */
export function textOf(choice: unknown): string {
  return typeof choice === 'string' ? choice : JSON.stringify(choice);
}

/** Where nothing is said of it: JSON, or else text. */
function anything(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function expected(schemas: readonly JsonSchema[], text: string): string {
  const choices = schemas.flatMap((form) => choicesOf(form) ?? []).map(textOf);
  const kinds = schemas.flatMap((form) => (choicesOf(form) === undefined ? typesOf(form).map(kindOf(form)) : []));
  if (choices.length === 0) return `must be ${[...new Set(kinds)].join(' or ')}, not ${JSON.stringify(text)}`;
  const others = kinds.length === 0 ? '' : `, or ${[...new Set(kinds)].join(' or ')}`;
  return `must be one of ${choices.slice(0, 20).join(', ')}${others}, not ${JSON.stringify(text)}${near(text, choices)}`;
}

function near(text: string, choices: readonly string[]): string {
  const meant = suggestion(text, choices);
  return meant.startsWith('; did you mean') ? meant : '';
}

function kindOf(form: JsonSchema): (type: string) => string {
  const unit = unitOf(form);
  return (type) => {
    if (type === 'number') return unit === undefined ? 'a number' : `a number (in ${unit})`;
    if (type === 'integer') return unit === undefined ? 'a whole number' : `a whole number (in ${unit})`;
    if (type === 'boolean') return 'true or false';
    if (type === 'object') return 'an object, given as name.key=value or as JSON with :=';
    return type === 'array' ? 'a list' : type === 'string' ? 'text' : 'null';
  };
}
