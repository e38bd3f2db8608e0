import type { Given } from './arguments.ts';
import { type Budget, EvaluationProblem } from './limits.ts';
import { isDict, type Value } from './values.ts';

/** Each letter after what is none is a capital, as Python's `str.title` does it. */
export function titled(text: string): string {
  return text.toLowerCase().replace(/\p{L}+/gu, capitalized);
}

/** Jinja's `title`: words are told apart by spaces, hyphens and opening brackets. */
export function titledWords(text: string): string {
  return text.toLowerCase().replace(/[^-\s({[<]+/g, (word) => word.slice(0, 1).toUpperCase() + word.slice(1));
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

export function stripped(text: string, characters: Value | undefined, ends: 'both' | 'start' | 'end' = 'both'): string {
  if (typeof characters !== 'string') {
    if (ends === 'both') return text.trim();
    return ends === 'start' ? text.trimStart() : text.trimEnd();
  }
  const dropped = new Set(characters);
  const [first, last] = [ends !== 'end', ends !== 'start'];
  let from = 0;
  if (first) while (from < text.length && dropped.has(text[from] ?? '')) from++;
  let to = text.length;
  if (last) while (to > from && dropped.has(text[to - 1] ?? '')) to--;
  return text.slice(from, to);
}

/** The length of what comes out is known before it is made. */
export function replaced(text: string, old: string, by: string, count: number, budget: Budget): string {
  if (old === '') throw new EvaluationProblem('replace needs a text that is not empty');
  budget.search(text, old);
  const pieces = text.split(old);
  budget.step(pieces.length);
  const times = count < 0 ? pieces.length - 1 : Math.min(count, pieces.length - 1);
  budget.text(text.length + times * Math.max(0, by.length - old.length));
  const tail = pieces.slice(times + 1);
  return [pieces.slice(0, times + 1).join(by), ...tail].join(old);
}

export function split(text: string, separator: Value | undefined, most: number, budget: Budget): string[] {
  if (separator === '') throw new EvaluationProblem('split needs a separator that is not empty');
  if (separator !== undefined && separator !== null && typeof separator !== 'string')
    throw new EvaluationProblem('split takes a text');
  budget.search(text, separator ?? ' ');
  const pieces =
    typeof separator === 'string'
      ? text.split(separator)
      : text
          .trim()
          .split(/\s+/)
          .filter((word) => word !== '');
  budget.step(pieces.length);
  if (most < 0 || pieces.length <= most + 1) return pieces;
  return [...pieces.slice(0, most), pieces.slice(most).join(typeof separator === 'string' ? separator : ' ')];
}

function found(text: string, part: string, budget: Budget): number {
  budget.search(text, part);
  return text.indexOf(part);
}

type Method = (text: string, given: Given, budget: Budget) => Value;

const ofTexts = new Map<string, Method>([
  ['split', (text, given, budget) => split(text, given.at(0, 'sep'), given.integer(1, 'maxsplit', -1), budget)],
  ['lower', (text) => text.toLowerCase()],
  ['upper', (text) => text.toUpperCase()],
  ['title', (text) => titled(text)],
  ['capitalize', (text) => capitalized(text)],
  ['strip', (text, given) => stripped(text, given.at(0, 'chars'))],
  ['lstrip', (text, given) => stripped(text, given.at(0, 'chars'), 'start')],
  ['rstrip', (text, given) => stripped(text, given.at(0, 'chars'), 'end')],
  [
    'replace',
    (text, given, budget) =>
      replaced(text, given.text(0, 'old'), given.text(1, 'new'), given.integer(2, 'count', -1), budget),
  ],
  ['startswith', (text, given) => text.startsWith(given.text(0, 'prefix'))],
  ['endswith', (text, given) => text.endsWith(given.text(0, 'suffix'))],
  ['find', (text, given, budget) => found(text, given.text(0, 'sub'), budget)],
  ['count', (text, given, budget) => split(text, given.text(0, 'sub'), -1, budget).length - 1],
  ['isdigit', (text) => /^\d+$/.test(text)],
]);

/** A method of a text, or `get` of a dict. */
export function callMethod(of: Value, name: string, given: Given, budget: Budget): Value {
  if (isDict(of) && name === 'get') {
    const key = given.need(0, 'key');
    const item = typeof key === 'string' && Object.hasOwn(of, key) ? of[key] : undefined;
    return item ?? (item === null ? null : (given.at(1, 'default') ?? null));
  }
  const method = typeof of === 'string' ? ofTexts.get(name) : undefined;
  if (method === undefined || typeof of !== 'string')
    throw new EvaluationProblem(`there is no ${name}() of what it is called on`);
  budget.text(of.length);
  return method(of, given, budget);
}
