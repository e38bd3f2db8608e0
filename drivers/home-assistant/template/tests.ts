import { type Budget, EvaluationProblem } from './limits.ts';
import { holds, kindOf, operate } from './operators.ts';
import { Float, isDict, isEqual, isList, numberIn, Undefined, type Value } from './values.ts';

type Test = (value: Value, other: Value, budget: Budget) => boolean;

const isNumber = (value: Value): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || value instanceof Float;
const isSequence = (value: Value): boolean => typeof value === 'string' || isList(value) || isDict(value);

function compared(operator: string): Test {
  return (value, other, budget) => holds(operator, value, other, budget);
}

function remainder(value: Value, by: Value, budget: Budget): number | undefined {
  if (numberIn(value) === undefined) throw new EvaluationProblem(`${kindOf(value)} is not divided`);
  return numberIn(operate('%', value, by, budget));
}

function cased(change: (text: string) => string): Test {
  return (value) => typeof value === 'string' && change(value) === value && /\p{L}/u.test(value);
}

/** The tests of the subset (Jinja docs, "List of Builtin Tests"). */
export const testTable: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['defined', (value) => !(value instanceof Undefined)],
  ['undefined', (value) => value instanceof Undefined],
  ['none', (value) => value === null],
  ['number', isNumber],
  ['string', (value) => typeof value === 'string'],
  ['boolean', (value) => typeof value === 'boolean'],
  ['integer', (value) => typeof value === 'number'],
  ['float', (value) => value instanceof Float],
  ['mapping', isDict],
  ['sequence', (value) => isSequence(value) || value instanceof Undefined],
  ['iterable', (value) => isSequence(value) || value instanceof Undefined],
  ['true', (value) => value === true],
  ['false', (value) => value === false],
  ['odd', (value, _other, budget) => remainder(value, 2, budget) === 1],
  ['even', (value, _other, budget) => remainder(value, 2, budget) === 0],
  ['divisibleby', (value, by, budget) => remainder(value, by, budget) === 0],
  ['lower', cased((text) => text.toLowerCase())],
  ['upper', cased((text) => text.toUpperCase())],
  ...(['eq', 'equalto'] as const).map(
    (name) => [name, (a: Value, b: Value, budget: Budget) => isEqual(a, b, budget)] as const,
  ),
  ['ne', (a, b, budget) => !isEqual(a, b, budget)],
  ...(['lt', 'lessthan'] as const).map((name) => [name, compared('<')] as const),
  ['le', compared('<=')],
  ...(['gt', 'greaterthan'] as const).map((name) => [name, compared('>')] as const),
  ['ge', compared('>=')],
  ['in', compared('in')],
]);
