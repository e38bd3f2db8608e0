import type { Token } from './lexer.ts';
import { maxDepth, maxNodes, TemplateProblem } from './limits.ts';

const end: Token = { kind: 'end', text: 'the end' };

/** The size of a template that is being read: it counts for all its parts together. */
export class Size {
  #nodes = 0;
  #depth = 0;

  node(): void {
    if (++this.#nodes > maxNodes) throw new TemplateProblem(`it has more than ${maxNodes} parts`);
  }

  deeper<T>(read: () => T): T {
    if (++this.#depth > maxDepth) throw new TemplateProblem(`it is nested deeper than ${maxDepth}`);
    const result = read();
    this.#depth--;
    return result;
  }
}

/** One part's tokens, and how far they have been read. */
export class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? end;
  }

  take(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  is(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token !== undefined && token.text === text && (token.kind === 'operator' || token.kind === 'name');
  }

  /** Takes it if it comes next. */
  skip(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    if (!this.skip(text)) throw this.unexpected(`${text} was expected`);
  }

  name(): string {
    if (this.next.kind !== 'name') throw this.unexpected('a name was expected');
    return this.take().text;
  }

  expectEnd(): void {
    if (this.next.kind !== 'end') throw this.unexpected('nothing more was expected');
  }

  unexpected(what: string): TemplateProblem {
    return new TemplateProblem(`${what}, not ${JSON.stringify(this.next.text.slice(0, 40))}`);
  }
}
