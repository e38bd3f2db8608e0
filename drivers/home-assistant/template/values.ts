import { type Budget, EvaluationProblem } from './limits.ts';

/** A Python float. A plain number is an int, always a safe one: `21.0` is written as `21.0`, `21` as `21`. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    if (!Number.isFinite(value)) throw new EvaluationProblem('a number is not finite');
    this.value = value;
  }
}

/** What a name or an item stands for that is not there: it is written as nothing, and false. */
export class Undefined {
  readonly what: string;
  constructor(what: string) {
    this.what = what.slice(0, 60);
  }
}

export type Value = null | boolean | number | string | Float | Undefined | readonly Value[] | Dict;

/** Own properties only; `constructor` is a key like any other. */
export interface Dict {
  readonly [key: string]: Value;
}

const maxDepth = 40;

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDict(value: Value): value is Dict {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !(value instanceof Float) &&
    !(value instanceof Undefined)
  );
}

/** A boolean counts as 0 or 1, as in Python. Undefined for what is no number. */
export function numberIn(value: Value): number | undefined {
  if (value instanceof Float) return value.value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

/** A result as an int, or as a float where one of its parts was one. */
export function numeric(value: number, float: boolean): Value {
  if (float) return new Float(value);
  if (!Number.isSafeInteger(value)) throw new EvaluationProblem('a number is too large');
  return value === 0 ? 0 : value;
}

export function isTrue(value: Value): boolean {
  if (value instanceof Undefined || value === null) return false;
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return Object.keys(value).length > 0;
  return typeof value === 'string' ? value !== '' : numberIn(value) !== 0;
}

/** As Python compares with `==`. */
export function isEqual(a: Value, b: Value, budget: Budget, depth = 0): boolean {
  budget.step();
  if (depth > maxDepth) throw new EvaluationProblem('a value is nested too deep');
  const [left, right] = [numberIn(a), numberIn(b)];
  if (left !== undefined || right !== undefined) return left === right;
  if (a instanceof Undefined || b instanceof Undefined) return a instanceof Undefined && b instanceof Undefined;
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, at) => isEqual(item, b[at] ?? null, budget, depth + 1));
  if (!isDict(a)) return a === b;
  const keys = Object.keys(a);
  return (
    isDict(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key] ?? null, b[key] ?? null, budget, depth + 1))
  );
}

/** How Python's `str` writes it. */
export function textOf(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (value instanceof Undefined) return '';
  const text = representationOf(value, budget, 0);
  budget.text(text.length);
  return text;
}

function representationOf(value: Value, budget: Budget, depth: number): string {
  budget.step();
  if (depth > maxDepth) throw new EvaluationProblem('a value is nested too deep');
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return String(value);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Undefined) return 'Undefined';
  if (typeof value === 'string') return quoted(value, budget);
  const inner = (item: Value): string => representationOf(item, budget, depth + 1);
  if (isList(value)) return bounded(`[${joined(value.map(inner), budget)}]`, budget);
  const entries = Object.entries(value).map(([key, item]) => `${quoted(key, budget)}: ${inner(item)}`);
  return bounded(`{${joined(entries, budget)}}`, budget);
}

function joined(texts: readonly string[], budget: Budget): string {
  budget.text(texts.reduce((length, text) => length + text.length + 2, 0));
  return texts.join(', ');
}

function bounded(text: string, budget: Budget): string {
  budget.text(text.length);
  return text;
}

function quoted(text: string, budget: Budget): string {
  budget.text(text.length);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

/** Python's shortest form: exponents from 1e16 on and below 1e-4, with two digits at least. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e');
    return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** A JSON text as values; undefined if it is none. Integers beyond what is exact stay texts. */
export function jsonValue(text: string): Value | undefined {
  // The third argument, the number as it is written, is newer than the library's types.
  const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
  try {
    // The reviver leaves nothing but values.
    return parse(text, (_key, value, { source }) =>
      typeof value === 'number' ? written(value, source) : value,
    ) as Value;
  } catch {
    return undefined;
  }
}

function written(value: number, source = String(value)): Value {
  if (/[.e]/i.test(source)) return Number.isFinite(value) ? new Float(value) : source;
  return Number.isSafeInteger(value) ? (value === 0 ? 0 : value) : source;
}
