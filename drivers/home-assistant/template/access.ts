import { EvaluationProblem } from './limits.ts';
import { isDict, isList, numberIn, Undefined, type Value } from './values.ts';

/** What Python has methods for: `value_json.items` is a method there, and `value_json['items']` the item. */
const methodsOfDicts = new Set([
  'keys',
  'values',
  'items',
  'get',
  'pop',
  'popitem',
  'copy',
  'update',
  'clear',
  'setdefault',
  'fromkeys',
]);

/** `of.key` and `of[key]`. Own items only; what is not there is undefined, and nothing is there in what is undefined. */
export function itemOf(of: Value, key: Value): Value {
  if (of instanceof Undefined) throw new EvaluationProblem(`${of.what} is not defined`);
  if (isDict(of)) return dictItem(of, key);
  if (isList(of) || typeof of === 'string') {
    const at = typeof key === 'number' ? key : undefined;
    const item = at === undefined ? undefined : of.at(at);
    if (item !== undefined) return item;
  }
  return missing(key);
}

function dictItem(of: Readonly<Record<string, Value>>, key: Value): Value {
  if (typeof key !== 'string') return missing(key);
  if (Object.hasOwn(of, key)) return of[key] ?? null;
  if (methodsOfDicts.has(key)) throw new EvaluationProblem(`${key} is a method of a dict`);
  return missing(key);
}

function missing(key: Value): Undefined {
  return new Undefined(typeof key === 'string' ? key : String(numberIn(key) ?? 'an item'));
}

/** `of[from:to]` of a list or a text. */
export function sliceOf(of: Value, from: Value | undefined, to: Value | undefined): Value {
  const [start, end] = [indexIn(from), indexIn(to)];
  if (isList(of) || typeof of === 'string') return of.slice(start ?? 0, end);
  throw new EvaluationProblem('only a list or a text is sliced');
}

function indexIn(value: Value | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  throw new EvaluationProblem('a slice is told by whole numbers');
}
