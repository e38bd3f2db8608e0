import { itemOf, sliceOf } from './access.ts';
import { Given } from './arguments.ts';
import { asBoolean, asFloat, asInt, extreme, filterTable, iif, itemsOf } from './filters.ts';
import { Budget, EvaluationProblem } from './limits.ts';
import type { Arguments, Expression, LiteralValue, Statement } from './nodes.ts';
import { floatOf } from './numbers.ts';
import { holds, kindOf, operate } from './operators.ts';
import { testTable } from './tests.ts';
import { callMethod } from './texts.ts';
import { Float, isTrue, numberIn, numeric, textOf, Undefined, type Value } from './values.ts';

/** What names stand for; undefined for those that stand for nothing. */
export type Lookup = (name: string) => Value | undefined;

/** Runs a template. Throws `EvaluationProblem` where Jinja raises an error, and where a bound is reached. */
export function renderStatements(statements: readonly Statement[], lookup: Lookup): string {
  const run = new Run(lookup);
  run.all(statements);
  return run.output;
}

class Run {
  readonly #budget = new Budget();
  readonly #lookup: Lookup;
  readonly #own = new Map<string, Value>();
  output = '';

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  all(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    this.#budget.step();
    if (statement.kind === 'text') this.#write(statement.text);
    else if (statement.kind === 'print') this.#write(textOf(this.#value(statement.of), this.#budget));
    else if (statement.kind === 'set') this.#own.set(statement.name, this.#value(statement.to));
    else this.all(statement.branches.find(({ test }) => isTrue(this.#value(test)))?.body ?? statement.otherwise);
  }

  #write(text: string): void {
    this.#budget.text(this.output.length + text.length);
    this.output += text;
  }

  #value(of: Expression): Value {
    this.#budget.step();
    switch (of.kind) {
      case 'literal':
        return literal(of.value);
      case 'name':
        return this.#name(of.name);
      case 'list':
        return of.items.map((item) => this.#value(item));
      case 'dict':
        return this.#dict(of.entries);
      case 'item':
        return itemOf(this.#value(of.of), this.#value(of.key));
      case 'slice':
        return sliceOf(this.#value(of.of), of.from && this.#value(of.from), of.to && this.#value(of.to));
      case 'call':
        return call(of.name, this.#arguments(of.name, of.args), this.#budget);
      case 'method':
        return callMethod(this.#value(of.of), of.name, this.#arguments(of.name, of.args), this.#budget);
      case 'filter':
        return this.#filter(this.#value(of.of), of.name, of.args);
      case 'test':
        return this.#test(this.#value(of.of), of.name, of.args) !== of.not;
      case 'not':
      case 'minus':
      case 'plus':
        return this.#unary(of.kind, this.#value(of.of));
      case 'and':
      case 'or':
        return this.#either(of.left, of.right, of.kind === 'or');
      case 'binary':
        return operate(of.operator, this.#value(of.left), this.#value(of.right), this.#budget);
      case 'compare':
        return this.#compare(of.first, of.rest);
      case 'choice':
        break;
    }
    return this.#choice(of.test, of.chosen, of.otherwise);
  }

  #unary(kind: 'not' | 'minus' | 'plus', value: Value): Value {
    return kind === 'not' ? !isTrue(value) : signed(value, kind === 'minus' ? -1 : 1);
  }

  /** `and` and `or` are the value that decides. */
  #either(left: Expression, right: Expression, decides: boolean): Value {
    const value = this.#value(left);
    return isTrue(value) === decides ? value : this.#value(right);
  }

  #choice(test: Expression, chosen: Expression, otherwise: Expression | undefined): Value {
    if (isTrue(this.#value(test))) return this.#value(chosen);
    return otherwise === undefined ? new Undefined('the other choice') : this.#value(otherwise);
  }

  /** `1 < x < 3` is `1 < x and x < 3`. */
  #compare(first: Expression, rest: readonly (readonly [string, Expression])[]): boolean {
    let left = this.#value(first);
    for (const [operator, expression] of rest) {
      const right = this.#value(expression);
      if (!holds(operator, left, right, this.#budget)) return false;
      left = right;
    }
    return true;
  }

  #name(name: string): Value {
    // `null` is a value.
    const value = this.#own.has(name) ? this.#own.get(name) : this.#lookup(name);
    return value === undefined ? new Undefined(name) : value;
  }

  #dict(entries: readonly (readonly [Expression, Expression])[]): Value {
    return Object.fromEntries(
      entries.map(([key, item]) => {
        const name = this.#value(key);
        if (typeof name !== 'string') throw new EvaluationProblem('the keys of a dict are texts');
        return [name, this.#value(item)];
      }),
    );
  }

  #arguments(what: string, { positional, named }: Arguments): Given {
    return new Given(
      what,
      positional.map((argument) => this.#value(argument)),
      new Map(named.map(([name, argument]) => [name, this.#value(argument)])),
    );
  }

  #filter(value: Value, name: string, args: Arguments): Value {
    const filter = filterTable.get(name);
    if (filter === undefined) throw new EvaluationProblem(`there is no filter ${name}`);
    return filter(value, this.#arguments(name, args), this.#budget);
  }

  #test(value: Value, name: string, args: Arguments): boolean {
    const test = testTable.get(name);
    if (test === undefined) throw new EvaluationProblem(`there is no test ${name}`);
    return test(value, this.#arguments(name, args).at(0, 'other') ?? null, this.#budget);
  }
}

function literal(value: LiteralValue): Value {
  if (value === null || typeof value !== 'object') return value;
  return 'integer' in value ? value.integer : new Float(value.float);
}

function signed(value: Value, sign: 1 | -1): Value {
  const number = numberIn(value);
  if (number === undefined) throw new EvaluationProblem(`${kindOf(value)} has no sign`);
  return numeric(number * sign, value instanceof Float);
}

function call(name: string, given: Given, budget: Budget): Value {
  if (name === 'min' || name === 'max') {
    const items = given.count === 1 ? itemsOf(given.need(0, 'value'), budget) : given.all;
    return extreme(items, name === 'min' ? -1 : 1);
  }
  const value = given.need(0, 'value');
  if (name === 'is_number') return floatOf(value) !== undefined;
  if (name === 'iif') return iif(value, given, 1);
  const rest = given.after(1);
  if (name === 'float') return asFloat(value, rest);
  return name === 'int' ? asInt(value, rest) : asBoolean(value, rest);
}
