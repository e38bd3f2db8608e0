import type { Given } from './arguments.ts';
import { jsonText } from './json.ts';
import { type Budget, EvaluationProblem, NotDefined } from './limits.ts';
import { floatOf, intOf, rounded } from './numbers.ts';
import { kindOf, operate, orderOf } from './operators.ts';
import { capitalized, replaced, stripped, titledWords } from './texts.ts';
import {
  Float,
  isDict,
  isList,
  isTrue,
  jsonValue,
  numberIn,
  numeric,
  textOf,
  Undefined,
  type Value,
} from './values.ts';

type Filter = (value: Value, given: Given, budget: Budget) => Value;

function asFloat(value: Value, given: Given): Value {
  const number = floatOf(value);
  return number === undefined ? given.otherwise(0, value) : new Float(number);
}

function asInt(value: Value, given: Given): Value {
  return intOf(value, given.integer(1, 'base', 10)) ?? given.otherwise(0, value);
}

const words = new Map([
  ...['true', 'yes', 'on', 'enable', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', 'disable', '0'].map((word) => [word, false] as const),
]);

function asBoolean(value: Value, given: Given): Value {
  const number = numberIn(value);
  if (number !== undefined) return number !== 0;
  const told = typeof value === 'string' ? words.get(value.trim().toLowerCase()) : undefined;
  return told ?? given.otherwise(0, value);
}

function round(value: Value, given: Given): Value {
  const number = floatOf(value);
  if (number === undefined) return given.otherwise(2, value);
  const method = given.at(1, 'method');
  return rounded(number, given.integer(0, 'precision', 0), typeof method === 'string' ? method : 'common');
}

function lengthOf(value: Value): Value {
  if (value instanceof Undefined) return 0;
  if (typeof value === 'string') return Array.from(value).length;
  if (isList(value)) return value.length;
  if (isDict(value)) return Object.keys(value).length;
  throw new EvaluationProblem(`${kindOf(value)} has no length`);
}

export function itemsOf(value: Value, budget: Budget): readonly Value[] {
  const items = itemsIn(value);
  budget.step(items.length);
  return items;
}

function itemsIn(value: Value): readonly Value[] {
  if (value instanceof Undefined) return [];
  if (typeof value === 'string') return Array.from(value);
  if (isList(value)) return value;
  if (isDict(value)) return Object.keys(value);
  throw new EvaluationProblem(`${kindOf(value)} has no items`);
}

export function extreme(items: readonly Value[], wanted: -1 | 1): Value {
  let best: Value | undefined;
  for (const item of items) if (best === undefined || orderOf(item, best) * wanted > 0) best = item;
  return best ?? new Undefined('the extreme of nothing');
}

export function joined(items: readonly Value[], separator: string, budget: Budget): string {
  let length = 0;
  const texts = items.map((item) => {
    const text = textOf(item, budget);
    budget.text((length += text.length + separator.length));
    return text;
  });
  return texts.join(separator);
}

/** Home Assistant's `add` and `multiply`: what is given is made a float first. */
function calculated(operator: '+' | '*'): Filter {
  return (value, given, budget) => {
    const number = floatOf(value);
    return number === undefined
      ? given.otherwise(1, value)
      : operate(operator, new Float(number), given.need(0, 'amount'), budget);
  };
}

function bitwise(combine: (a: bigint, b: bigint) => bigint): Filter {
  return (value, given) => {
    const other = given.need(0, 'second_value');
    if (typeof value !== 'number' || typeof other !== 'number')
      throw new EvaluationProblem('bits are those of whole numbers');
    return numeric(Number(combine(BigInt(value), BigInt(other))), false);
  };
}

export function iif(value: Value, given: Given, from = 0): Value {
  const ifNone = given.at(from + 2, 'if_none');
  if (value === null && ifNone !== undefined) return ifNone;
  return isTrue(value) ? (given.at(from, 'if_true') ?? true) : (given.at(from + 1, 'if_false') ?? false);
}

function defaulted(value: Value, given: Given): Value {
  const replaces = value instanceof Undefined || (isTrue(given.at(1, 'boolean') ?? false) && !isTrue(value));
  return replaces ? (given.at(0, 'default_value') ?? '') : value;
}

function absolute(value: Value): Value {
  const number = numberIn(value);
  if (number === undefined) throw new EvaluationProblem(`${kindOf(value)} has no absolute value`);
  return numeric(Math.abs(number), value instanceof Float);
}

function fromJson(value: Value, given: Given): Value {
  return (typeof value === 'string' ? jsonValue(value) : undefined) ?? given.otherwise(0, value);
}

function mustBeDefined(value: Value): Value {
  if (value instanceof Undefined) throw new NotDefined(`${value.what} is not defined`);
  return value;
}

const texts: readonly (readonly [string, (text: string, given: Given, budget: Budget) => Value])[] = [
  ['lower', (text) => text.toLowerCase()],
  ['upper', (text) => text.toUpperCase()],
  ['title', (text) => titledWords(text)],
  ['capitalize', (text) => capitalized(text)],
  ['trim', (text, given) => stripped(text, given.at(0, 'chars'))],
  ['string', (text) => text],
  [
    'replace',
    (text, given, budget) => {
      const [old, by] = [given.need(0, 'old'), given.need(1, 'new')].map((part) => textOf(part, budget));
      return replaced(text, old ?? '', by ?? '', given.integer(2, 'count', -1), budget);
    },
  ],
];

function charged(value: Value, budget: Budget): string {
  const text = textOf(value, budget);
  budget.text(text.length);
  return text;
}

/** The filters of the subset: Jinja's, and Home Assistant's where it has its own. */
export const filterTable: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['default', defaulted],
  ['d', defaulted],
  ['float', asFloat],
  ['int', asInt],
  ['bool', asBoolean],
  ['round', round],
  ['abs', absolute],
  ['length', lengthOf],
  ['count', lengthOf],
  ['min', (value, _given, budget) => extreme(itemsOf(value, budget), -1)],
  ['max', (value, _given, budget) => extreme(itemsOf(value, budget), 1)],
  ['first', (value, _given, budget) => itemsOf(value, budget)[0] ?? new Undefined('the first of nothing')],
  ['last', (value, _given, budget) => itemsOf(value, budget).at(-1) ?? new Undefined('the last of nothing')],
  ['join', (value, given, budget) => joined(itemsOf(value, budget), textOf(given.at(0, 'd') ?? '', budget), budget)],
  ['list', (value, _given, budget) => itemsOf(value, budget)],
  ['sum', (value, _given, budget) => itemsOf(value, budget).reduce((sum, item) => operate('+', sum, item, budget), 0)],
  ['tojson', (value, _given, budget) => jsonText(value, { jinja: true }, budget)],
  ['to_json', (value, _given, budget) => jsonText(value, { jinja: false }, budget)],
  ['from_json', fromJson],
  ['is_defined', mustBeDefined],
  ['is_number', (value) => floatOf(value) !== undefined],
  ['iif', (value, given) => iif(value, given)],
  ['add', calculated('+')],
  ['multiply', calculated('*')],
  ['bitwise_and', bitwise((a, b) => a & b)],
  ['bitwise_or', bitwise((a, b) => a | b)],
  ...texts.map(
    ([name, run]) =>
      [name, (value: Value, given: Given, budget: Budget) => run(charged(value, budget), given, budget)] as const,
  ),
]);

export { asBoolean, asFloat, asInt };
