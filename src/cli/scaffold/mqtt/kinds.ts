/** What stands in a text payload, or at a place of JSON. */
export type Scalar = string | number | boolean;

/** What some values seem to be. */
export type Kind =
  | { readonly type: 'boolean'; readonly words?: Words }
  | { readonly type: 'integer' | 'number'; readonly decimals?: number }
  | { readonly type: 'string'; readonly longest: number; readonly mayBeEmpty: boolean };

/** What stands for true and for false. */
export interface Words {
  readonly true: Scalar;
  readonly false: Scalar;
}

const pairs = [
  ['on', 'off'],
  ['true', 'false'],
] as const;
const decimal = /^-?(?:0|[1-9]\d{0,14})(?:\.(\d{1,9}))?$/;

export function kindOf(values: readonly Scalar[]): Kind {
  const words = values.every((value) => typeof value === 'boolean') ? undefined : wordsOf(values);
  if (words !== undefined) return { type: 'boolean', words };
  if (values.every((value) => typeof value === 'boolean')) return { type: 'boolean' };
  if (values.every((value) => typeof value === 'number')) {
    return { type: values.every((value) => Number.isInteger(value)) ? 'integer' : 'number' };
  }
  const texts = values.map(String);
  if (values.every((value) => typeof value === 'string' && decimal.test(value))) return numberKind(texts);
  const longest = Math.max(...texts.map(({ length }) => length));
  return { type: 'string', longest, mayBeEmpty: texts.includes('') };
}

function numberKind(texts: readonly string[]): Kind {
  const digits = new Set(texts.map((text) => decimal.exec(text)?.[1]?.length ?? 0));
  const [decimals = 0] = digits;
  if (digits.size > 1) return { type: 'number' };
  return decimals === 0 ? { type: 'integer' } : { type: 'number', decimals };
}

/** 1 and 0 are words only where both were seen: one alone is as well a number. */
function wordsOf(values: readonly Scalar[]): Words | undefined {
  const seen = [...new Set(values)];
  if (seen.length === 2 && seen.every((value) => String(value) === '1' || String(value) === '0')) {
    const [one = 1, other = 0] = seen;
    return String(one) === '1' ? { true: one, false: other } : { true: other, false: one };
  }
  for (const [yes, no] of pairs) {
    const [first, second] = seen;
    if (typeof first !== 'string' || seen.length > 2) continue;
    const wanted = counterpart(first, yes, no);
    if (wanted === undefined || (second !== undefined && second !== wanted)) continue;
    return first.toLowerCase() === yes ? { true: first, false: wanted } : { true: wanted, false: first };
  }
  return undefined;
}

/** The other word of a pair, in capitals as the one is. */
export function counterpart(word: string, yes: string, no: string): string | undefined {
  const lower = word.toLowerCase();
  if (lower !== yes && lower !== no) return undefined;
  const other = lower === yes ? no : yes;
  if (word === lower) return other;
  if (word === word.toUpperCase()) return other.toUpperCase();
  return word === `${lower.charAt(0).toUpperCase()}${lower.slice(1)}`
    ? `${other.charAt(0).toUpperCase()}${other.slice(1)}`
    : undefined;
}

/** What clients see of what stands there; undefined if it is no such value. `isLoose`: as devices take it, in any case. */
export function valueIn(kind: Kind, wire: Scalar, isLoose = false): Scalar | undefined {
  if (kind.type === 'boolean') {
    if (kind.words === undefined) return typeof wire === 'boolean' ? wire : undefined;
    const same = (word: Scalar): boolean =>
      word === wire || (isLoose && String(word).toLowerCase() === String(wire).toLowerCase());
    if (same(kind.words.true)) return true;
    return same(kind.words.false) ? false : undefined;
  }
  if (kind.type === 'string') return typeof wire === 'string' ? wire : undefined;
  const number = typeof wire === 'string' && decimal.test(wire) ? Number(wire) : wire;
  if (typeof number !== 'number') return undefined;
  return kind.type === 'integer' && !Number.isInteger(number) ? undefined : number;
}

export function schemaOf(kind: Kind): Readonly<Record<string, unknown>> {
  return kind.type === 'string' ? { type: 'string', maxLength: Math.max(200, kind.longest) } : { type: kind.type };
}

/** The field of a text payload. */
export function fieldOf(name: string, kind: Kind): string {
  if (kind.type === 'string' && kind.mayBeEmpty) return `{${name}:%#s}`;
  const { decimals } = kind.type === 'number' ? kind : {};
  return decimals === undefined ? `{${name}}` : `{${name}:%.${decimals}f}`;
}

/** As it stands beside a schema. */
export function meaningOf(kind: Kind): { readonly values?: Readonly<Record<string, Scalar>> } {
  if (kind.type !== 'boolean' || kind.words === undefined) return {};
  return { values: { true: kind.words.true, false: kind.words.false } };
}
