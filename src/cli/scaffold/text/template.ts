import { shapeOf, tokens } from './tokens.ts';

/** A part of a template: as it stands, or a field. */
export type Part = string | Field;

export interface Field {
  readonly name: string;
  /** `%d`, `%.2f`, `%e`, `%s`. */
  readonly conversion: string;
  /** As they were seen, one for each text. */
  readonly values: readonly (number | string)[];
}

export interface Template {
  readonly parts: readonly Part[];
  readonly fields: readonly Field[];
}

/**
 * A template that all texts fit: what is the same in all of them stands as it is, numbers that differ are fields; a single
 * text has all its numbers for fields if `anyNumber` says so. Texts that differ in more than numbers are one field of text.
 */
export function templateOf(texts: readonly string[], nameOf: NameOf, anyNumber: boolean): Template {
  const [first = ''] = texts;
  const isAlike = new Set(texts.map(shapeOf)).size === 1;
  if (!isAlike) return whole(texts, nameOf);
  const all = texts.map(tokens);
  const names = tokens(first).filter(({ kind }) => kind === 'number').length;
  let index = 0;
  const parts = tokens(first).map((token, at): Part => {
    if (token.kind === 'text') return token.text;
    const seen = all.map((each) => each[at]?.text ?? '');
    const name = nameOf(index++, names);
    return !anyNumber && texts.length > 1 && new Set(seen).size === 1 ? token.text : numberField(name, seen);
  });
  return { parts, fields: parts.filter((part) => typeof part !== 'string') };
}

/** Names the n-th of so many fields. */
export type NameOf = (index: number, count: number) => string;

function whole(texts: readonly string[], nameOf: NameOf): Template {
  const field = { name: nameOf(0, 1), conversion: texts.includes('') ? '%#s' : '%s', values: texts };
  return { parts: [field], fields: [field] };
}

function numberField(name: string, seen: readonly string[]): Field {
  return { name, conversion: conversionOf(seen), values: seen.map(Number) };
}

function conversionOf(seen: readonly string[]): string {
  if (seen.some((text) => /[eE]/.test(text))) return '%e';
  const decimals = Math.max(...seen.map((text) => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0));
  if (decimals > 0) return `%.${decimals}f`;
  const padded = seen.some((text) => /^[-+]?0\d/.test(text)) && new Set(seen.map(({ length }) => length)).size === 1;
  return padded ? `%0${seen[0]?.length}d` : '%d';
}

/** As it stands in a definition. */
export function printTemplate({ parts }: Template): string {
  return parts.map((part) => (typeof part === 'string' ? literal(part) : `{${part.name}:${part.conversion}}`)).join('');
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\r', '\\r'],
  ['\n', '\\n'],
  ['\t', '\\t'],
]);

/** A text as a template without fields; its characters are bytes. */
export function literal(text: string): string {
  return text.replaceAll(/[\\{}]|[^\x20-\x7e]/g, (character) => {
    if (/[\\{}]/.test(character)) return `\\${character}`;
    const known = escapes.get(character);
    return known ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
