import { type Budget, EvaluationProblem } from './limits.ts';
import { Float, isDict, isEqual, isList, numberIn, numeric, textOf, Undefined, type Value } from './values.ts';

/** `+ - * / // % ** ~`, as Python means them. */
export function operate(operator: string, left: Value, right: Value, budget: Budget): Value {
  if (operator === '~') return concatenated(textOf(left, budget), textOf(right, budget), budget);
  const [a, b] = [numberIn(left), numberIn(right)];
  const float = left instanceof Float || right instanceof Float;
  if (a !== undefined && b !== undefined) return calculate(operator, a, b, float);
  if (operator === '+' && typeof left === 'string' && typeof right === 'string')
    return concatenated(left, right, budget);
  if (operator === '+' && isList(left) && isList(right))
    return (budget.step(left.length + right.length), [...left, ...right]);
  throw new EvaluationProblem(`${operator} does not apply to ${kindOf(left)} and ${kindOf(right)}`);
}

function concatenated(left: string, right: string, budget: Budget): string {
  budget.text(left.length + right.length);
  return left + right;
}

function calculate(operator: string, a: number, b: number, float: boolean): Value {
  if (['/', '//', '%'].includes(operator) && b === 0) throw new EvaluationProblem('division by zero');
  if (operator === '+') return numeric(a + b, float);
  if (operator === '-') return numeric(a - b, float);
  if (operator === '*') return numeric(a * b, float);
  if (operator === '/') return new Float(a / b);
  if (operator === '//') return numeric(floorDivided(a, b), float);
  // The remainder has the sign of the divisor.
  if (operator === '%') return numeric(remainder(a, b), float);
  return numeric(a ** b, float || b < 0);
}

/** `== != < <= > >= in not in`. */
/** With the sign of the divisor, also where it is zero; exact, which `a - b * floor(a / b)` is not. */
function remainder(a: number, b: number): number {
  const left = a % b;
  if (left === 0) return Math.sign(b) < 0 ? -0 : 0;
  return left < 0 === b < 0 ? left : left + b;
}

/** Of what is left when the remainder is taken away: 1 // 0.1 is 9, since 0.1 is somewhat more than a tenth. */
function floorDivided(a: number, b: number): number {
  const quotient = (a - (a % b)) / b;
  const adjusted = a % b !== 0 && a % b < 0 !== b < 0 ? quotient - 1 : quotient;
  const floor = Math.floor(adjusted);
  const nearest = adjusted - floor > 0.5 ? floor + 1 : floor;
  // Zero has the sign of the quotient.
  return nearest === 0 && a < 0 !== b < 0 ? -0 : nearest + 0;
}

export function holds(operator: string, left: Value, right: Value, budget: Budget): boolean {
  if (operator === '==') return isEqual(left, right, budget);
  if (operator === '!=') return !isEqual(left, right, budget);
  if (operator === 'in') return contains(right, left, budget);
  if (operator === 'not in') return !contains(right, left, budget);
  const order = orderOf(left, right);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

/** Negative, zero or positive. Numbers go with numbers and texts with texts. */
export function orderOf(left: Value, right: Value): number {
  const [a, b] = [numberIn(left), numberIn(right)];
  if (a !== undefined && b !== undefined) return a - b;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : Number(left > right);
  throw new EvaluationProblem(`${kindOf(left)} and ${kindOf(right)} are not compared`);
}

function contains(container: Value, item: Value, budget: Budget): boolean {
  if (container instanceof Undefined) return false;
  if (isList(container)) return container.some((each) => isEqual(each, item, budget));
  if (isDict(container)) return typeof item === 'string' && Object.hasOwn(container, item);
  if (typeof container === 'string' && typeof item === 'string') {
    budget.search(container, item);
    return container.includes(item);
  }
  throw new EvaluationProblem(`${kindOf(container)} has nothing in it`);
}

export function kindOf(value: Value): string {
  if (value instanceof Undefined) return `${value.what}, which is not defined,`;
  if (value === null) return 'none';
  if (value instanceof Float) return 'a number';
  if (isList(value)) return 'a list';
  if (isDict(value)) return 'a dict';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}
