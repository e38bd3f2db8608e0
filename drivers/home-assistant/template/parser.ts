import { expressionOf } from './expression.ts';
import { type Part, partsOf } from './lexer.ts';
import { maxTemplateLength, TemplateProblem } from './limits.ts';
import type { Branch, Expression, Statement } from './nodes.ts';
import { Size, Tokens } from './tokens.ts';

/** Reads a template of the subset (Jinja docs, "Template Designer"). Throws `TemplateProblem` for anything else. */
export function parseTemplate(source: string): readonly Statement[] {
  if (source.length > maxTemplateLength) throw new TemplateProblem(`it is longer than ${maxTemplateLength} characters`);
  const reader = new Reader(partsOf(source));
  const statements = reader.body([]);
  reader.expectEnd();
  return statements;
}

class Reader {
  readonly #parts: readonly Part[];
  readonly #size = new Size();
  #at = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  expectEnd(): void {
    const word = this.#word();
    if (word !== undefined) throw new TemplateProblem(`{% ${word.slice(0, 40)} %} has nothing that it belongs to`);
  }

  /** Statements up to one that begins with one of these words. */
  body(ends: readonly string[]): Statement[] {
    return this.#size.deeper(() => {
      const statements: Statement[] = [];
      for (let part = this.#parts[this.#at]; part !== undefined; part = this.#parts[this.#at]) {
        const word = this.#word();
        if (word !== undefined && (ends.includes(word) || closings.includes(word))) break;
        this.#at++;
        statements.push(this.#statement(part));
      }
      return statements;
    });
  }

  #statement(part: Part): Statement {
    this.#size.node();
    if (part.kind === 'text') return part;
    const tokens = new Tokens(part.tokens);
    if (part.kind === 'print') return { kind: 'print', of: this.#whole(tokens) };
    const word = tokens.name();
    if (word === 'if') return this.#if(tokens);
    if (word === 'set') return this.#set(tokens);
    throw new TemplateProblem(`{% ${word.slice(0, 40)} %} is not supported`);
  }

  #set(tokens: Tokens): Statement {
    const name = tokens.name();
    if (!tokens.skip('=')) throw new TemplateProblem('{% set %} takes one name and one value');
    return { kind: 'set', name, to: this.#whole(tokens) };
  }

  #if(tokens: Tokens): Statement {
    const branches: Branch[] = [{ test: this.#whole(tokens), body: this.body(['elif', 'else', 'endif']) }];
    let otherwise: readonly Statement[] = [];
    for (;;) {
      const part = this.#parts[this.#at++];
      if (part?.kind !== 'statement') throw new TemplateProblem('{% endif %} is missing');
      const next = new Tokens(part.tokens);
      const word = next.name();
      if (word === 'elif') branches.push({ test: this.#whole(next), body: this.body(['elif', 'else', 'endif']) });
      else if (word === 'else') otherwise = this.body(['endif']);
      else if (word === 'endif') return { kind: 'if', branches, otherwise };
      else throw new TemplateProblem(`{% ${word.slice(0, 40)} %} was not expected`);
    }
  }

  #whole(tokens: Tokens): Expression {
    const expression = expressionOf(tokens, this.#size);
    tokens.expectEnd();
    return expression;
  }

  /** The word that the next part begins with, if it is a statement. */
  #word(): string | undefined {
    const part = this.#parts[this.#at];
    return part?.kind === 'statement' ? (part.tokens[0]?.text ?? '') : undefined;
  }
}

const closings = ['elif', 'else', 'endif'];
