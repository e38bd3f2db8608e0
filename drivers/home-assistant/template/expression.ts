import { TemplateProblem } from './limits.ts';
import { filters, functions, methods, tests } from './names.ts';
import type { Arguments, Expression } from './nodes.ts';
import type { Size, Tokens } from './tokens.ts';

const comparisons = ['==', '!=', '<', '<=', '>', '>='];
const literals = new Map<string, boolean | null>([
  ...(['true', 'True'] as const).map((name) => [name, true] as const),
  ...(['false', 'False'] as const).map((name) => [name, false] as const),
  ...(['none', 'None'] as const).map((name) => [name, null] as const),
]);

/** Reads one expression, by the precedences of Jinja's own parser. */
export function expressionOf(tokens: Tokens, size: Size): Expression {
  return new Reader(tokens, size).choice();
}

class Reader {
  readonly #tokens: Tokens;
  readonly #size: Size;

  constructor(tokens: Tokens, size: Size) {
    this.#tokens = tokens;
    this.#size = size;
  }

  choice(): Expression {
    return this.#size.deeper(() => {
      let chosen = this.#or();
      while (this.#tokens.skip('if')) {
        const test = this.#or();
        const otherwise = this.#tokens.skip('else') ? this.choice() : undefined;
        chosen = this.#made({ kind: 'choice', test, chosen, ...(otherwise && { otherwise }) });
      }
      return chosen;
    });
  }

  #made(expression: Expression): Expression {
    this.#size.node();
    return expression;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#tokens.skip('or')) left = this.#made({ kind: 'or', left, right: this.#and() });
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#tokens.skip('and')) left = this.#made({ kind: 'and', left, right: this.#not() });
    return left;
  }

  #not(): Expression {
    if (!this.#tokens.skip('not')) return this.#compare();
    return this.#made({ kind: 'not', of: this.#size.deeper(() => this.#not()) });
  }

  #compare(): Expression {
    const first = this.#sum();
    const rest: [string, Expression][] = [];
    for (let operator = this.#comparison(); operator !== undefined; operator = this.#comparison()) {
      rest.push([operator, this.#sum()]);
    }
    return rest.length === 0 ? first : this.#made({ kind: 'compare', first, rest });
  }

  #comparison(): string | undefined {
    const tokens = this.#tokens;
    if (tokens.skip('in')) return 'in';
    if (tokens.is('not') && tokens.is('in', 1)) return (tokens.take(), tokens.take(), 'not in');
    return comparisons.find((operator) => tokens.skip(operator));
  }

  #binary(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = operators.find((text) => this.#tokens.skip(text));
      if (operator === undefined) return left;
      left = this.#made({ kind: 'binary', operator, left, right: operand() });
    }
  }

  #sum(): Expression {
    return this.#binary(['+', '-'], () => this.#concat());
  }

  #concat(): Expression {
    return this.#binary(['~'], () => this.#product());
  }

  #product(): Expression {
    return this.#binary(['*', '/', '//', '%'], () => this.#power());
  }

  #power(): Expression {
    return this.#binary(['**'], () => this.#filtered(this.#unary()));
  }

  /** A sign binds closer than a filter: `-x|abs` is `(-x)|abs`. */
  #unary(): Expression {
    for (const [sign, kind] of [
      ['-', 'minus'],
      ['+', 'plus'],
    ] as const) {
      if (this.#tokens.skip(sign)) return this.#made({ kind, of: this.#size.deeper(() => this.#unary()) });
    }
    return this.#postfix(this.#primary());
  }

  #primary(): Expression {
    const token = this.#tokens.take();
    if (token.kind === 'string') return this.#made({ kind: 'literal', value: this.#adjoined(token.text) });
    if (token.kind === 'integer') return this.#made({ kind: 'literal', value: { integer: integerOf(token.text) } });
    if (token.kind === 'float') return this.#made({ kind: 'literal', value: { float: Number(token.text) } });
    if (token.kind === 'name') return this.#name(token.text);
    if (token.text === '(') return this.#group();
    if (token.text === '[') return this.#made({ kind: 'list', items: this.#until(']', () => this.choice()) });
    if (token.text === '{') return this.#made({ kind: 'dict', entries: this.#until('}', () => this.#entry()) });
    throw new TemplateProblem(`${JSON.stringify(token.text.slice(0, 40))} was not expected`);
  }

  /** Texts side by side are one. */
  #adjoined(text: string): string {
    return this.#tokens.next.kind === 'string' ? this.#adjoined(text + this.#tokens.take().text) : text;
  }

  #name(name: string): Expression {
    const literal = literals.get(name);
    if (literal !== undefined) return this.#made({ kind: 'literal', value: literal });
    if (!this.#tokens.is('(')) return this.#made({ kind: 'name', name });
    if (!functions.has(name)) throw new TemplateProblem(`the function ${name.slice(0, 40)}() is not supported`);
    return this.#made({ kind: 'call', name, args: this.#arguments() });
  }

  /** Parentheses around one expression; with a comma a tuple, which is as good as a list here. */
  #group(): Expression {
    if (this.#tokens.skip(')')) return this.#made({ kind: 'list', items: [] });
    const first = this.choice();
    if (this.#tokens.skip(')')) return first;
    this.#tokens.expect(',');
    return this.#made({ kind: 'list', items: [first, ...this.#until(')', () => this.choice())] });
  }

  #entry(): readonly [Expression, Expression] {
    const key = this.choice();
    this.#tokens.expect(':');
    return [key, this.choice()];
  }

  #until<T>(closing: string, read: () => T): T[] {
    const items: T[] = [];
    while (!this.#tokens.skip(closing)) {
      items.push(read());
      if (!this.#tokens.is(closing)) this.#tokens.expect(',');
    }
    return items;
  }

  #postfix(first: Expression): Expression {
    let of = first;
    for (;;) {
      if (this.#tokens.skip('.')) of = this.#member(of);
      else if (this.#tokens.skip('[')) of = this.#subscript(of);
      else if (this.#tokens.is('(')) throw new TemplateProblem('only functions and methods that are known are called');
      else return of;
    }
  }

  #member(of: Expression): Expression {
    const { kind, text } = this.#tokens.take();
    if (kind === 'integer')
      return this.#made({ kind: 'item', of, key: { kind: 'literal', value: { integer: integerOf(text) } } });
    if (kind !== 'name') throw new TemplateProblem('a name was expected after the dot');
    if (!this.#tokens.is('(')) return this.#made({ kind: 'item', of, key: { kind: 'literal', value: text } });
    if (!methods.has(text)) throw new TemplateProblem(`the method ${text.slice(0, 40)}() is not supported`);
    return this.#made({ kind: 'method', of, name: text, args: this.#arguments() });
  }

  #subscript(of: Expression): Expression {
    const from = this.#tokens.is(':') ? undefined : this.choice();
    if (this.#tokens.skip(']') && from !== undefined) return this.#made({ kind: 'item', of, key: from });
    this.#tokens.expect(':');
    const to = this.#tokens.is(']') ? undefined : this.choice();
    if (this.#tokens.is(':')) throw new TemplateProblem('a slice with a step is not supported');
    this.#tokens.expect(']');
    return this.#made({ kind: 'slice', of, ...(from && { from }), ...(to && { to }) });
  }

  #filtered(first: Expression): Expression {
    let of = first;
    for (;;) {
      if (this.#tokens.skip('|')) of = this.#filter(of);
      else if (this.#tokens.skip('is')) of = this.#test(of);
      else return of;
    }
  }

  #filter(of: Expression): Expression {
    const name = this.#tokens.name();
    if (!filters.has(name)) throw new TemplateProblem(`the filter ${name.slice(0, 40)} is not supported`);
    const args = this.#tokens.is('(') ? this.#arguments() : none;
    return this.#made({ kind: 'filter', of, name, args });
  }

  #test(of: Expression): Expression {
    const not = this.#tokens.skip('not');
    const name = this.#tokens.name();
    if (!tests.has(name)) throw new TemplateProblem(`the test "is ${name.slice(0, 40)}" is not supported`);
    const args = this.#tokens.is('(') ? this.#arguments() : this.#bareArgument(name);
    return this.#made({ kind: 'test', of, name, args, not });
  }

  /** `is eq 3` without parentheses. */
  #bareArgument(name: string): Arguments {
    if (tests.get(name) === 0) return none;
    return { positional: [this.#postfix(this.#primary())], named: [] };
  }

  #arguments(): Arguments {
    this.#tokens.expect('(');
    const all = this.#until(')', () => this.#argument());
    return {
      positional: all.flatMap(([name, value]) => (name === undefined ? [value] : [])),
      named: all.flatMap(([name, value]) => (name === undefined ? [] : [[name, value] as const])),
    };
  }

  #argument(): readonly [string | undefined, Expression] {
    if (this.#tokens.next.kind !== 'name' || !this.#tokens.is('=', 1)) return [undefined, this.choice()];
    const name = this.#tokens.name();
    this.#tokens.expect('=');
    return [name, this.choice()];
  }
}

const none: Arguments = { positional: [], named: [] };

function integerOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new TemplateProblem(`${text.slice(0, 40)} is too large`);
  return value;
}
