import { TemplateProblem } from './limits.ts';

export type TokenKind = 'name' | 'integer' | 'float' | 'string' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** A template's parts: text as it is, what is printed (`{{ … }}`), what decides (`{% … %}`). */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print' | 'statement'; readonly tokens: readonly Token[] };

const operators = [
  '**',
  '//',
  '==',
  '!=',
  '<=',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '~',
  '<',
  '>',
  '=',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  '.',
  ':',
  '|',
];

const closings = { '{{': '}}', '{%': '%}' } as const;

const escapes = new Map(Object.entries({ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' }));

/** Cuts a template into its parts (Jinja docs, "Template Designer", "Whitespace Control" included). */
export function partsOf(source: string): Part[] {
  const lexer = new Lexer(source.endsWith('\n') ? source.slice(0, -1) : source);
  return lexer.run();
}

class Lexer {
  readonly #source: string;
  readonly #parts: Part[] = [];
  #at = 0;
  /** The part before said `-%}`: white space after it is dropped. */
  #trimNext = false;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Part[] {
    while (this.#at < this.#source.length) {
      const open = this.#nextOpening();
      this.#text(open ?? this.#source.length, open !== undefined && this.#source[open + 2] === '-');
      if (open === undefined) break;
      this.#at = open + 2;
      if (this.#source.startsWith('{#', open)) this.#comment();
      else this.#code(this.#source.startsWith('{{', open) ? '{{' : '{%');
    }
    return this.#parts;
  }

  #nextOpening(): number | undefined {
    for (let at = this.#source.indexOf('{', this.#at); at >= 0; at = this.#source.indexOf('{', at + 1)) {
      if ('{%#'.includes(this.#source[at + 1] ?? ' ')) return at;
    }
    return undefined;
  }

  #text(end: number, trimEnd: boolean): void {
    let text = this.#source.slice(this.#at, end);
    if (this.#trimNext) text = text.trimStart();
    if (trimEnd) text = text.trimEnd();
    this.#trimNext = false;
    if (text !== '') this.#parts.push({ kind: 'text', text });
  }

  #comment(): void {
    const end = this.#source.indexOf('#}', this.#at);
    if (end < 0) throw new TemplateProblem('a comment has no end');
    this.#trimNext = this.#source[end - 1] === '-';
    this.#at = end + 2;
  }

  #code(opening: '{{' | '{%'): void {
    const closing = closings[opening];
    if ('-+'.includes(this.#source[this.#at] ?? ' ')) this.#at++;
    const tokens: Token[] = [];
    let braces = 0;
    while (!this.#closes(closing, braces)) {
      const token = this.#token();
      if (token.kind === 'operator' && '{}'.includes(token.text)) braces += token.text === '{' ? 1 : -1;
      tokens.push(token);
    }
    this.#parts.push({ kind: opening === '{{' ? 'print' : 'statement', tokens });
  }

  #closes(closing: string, braces: number): boolean {
    this.#space();
    if (this.#at >= this.#source.length) throw new TemplateProblem(`${closing} is missing`);
    if (braces > 0) return false;
    this.#trimNext = this.#source.startsWith(`-${closing}`, this.#at);
    const kept = this.#source.startsWith(`+${closing}`, this.#at);
    if (!this.#trimNext && !kept && !this.#source.startsWith(closing, this.#at)) return false;
    this.#at += closing.length + (this.#trimNext || kept ? 1 : 0);
    return true;
  }

  #space(): void {
    while (/\s/.test(this.#source[this.#at] ?? '.')) this.#at++;
  }

  #token(): Token {
    const character = this.#source[this.#at] ?? '';
    if (character === '"' || character === "'") return { kind: 'string', text: this.#string(character) };
    if (/\d/.test(character)) return this.#number();
    if (/[\p{L}_]/u.test(character)) return { kind: 'name', text: this.#while(/[\p{L}\d_]/u) };
    const operator = operators.find((text) => this.#source.startsWith(text, this.#at));
    if (operator === undefined) throw new TemplateProblem(`${JSON.stringify(character)} has no meaning there`);
    this.#at += operator.length;
    return { kind: 'operator', text: operator };
  }

  #number(): Token {
    let text = this.#while(/[\d_]/);
    let kind: TokenKind = 'integer';
    if (this.#source[this.#at] === '.' && /\d/.test(this.#source[this.#at + 1] ?? '')) {
      this.#at++;
      text += `.${this.#while(/[\d_]/)}`;
      kind = 'float';
    }
    if (/e/i.test(this.#source[this.#at] ?? '') && /[\d+-]/.test(this.#source[this.#at + 1] ?? '')) {
      this.#at++;
      text += `e${/[+-]/.test(this.#source[this.#at] ?? '') ? this.#source[this.#at++] : ''}${this.#while(/\d/)}`;
      kind = 'float';
    }
    return { kind, text: text.replaceAll('_', '') };
  }

  #while(pattern: RegExp): string {
    const start = this.#at;
    while (pattern.test(this.#source[this.#at] ?? ' ')) this.#at++;
    return this.#source.slice(start, this.#at);
  }

  #string(quote: string): string {
    let text = '';
    for (this.#at++; this.#source[this.#at] !== quote; this.#at++) {
      if (this.#at >= this.#source.length) throw new TemplateProblem('a text has no end');
      text += this.#source[this.#at] === '\\' ? this.#escape() : (this.#source[this.#at] ?? '');
    }
    this.#at++;
    return text;
  }

  /** Python's escapes; one that is none stays as it is written. */
  #escape(): string {
    const letter = this.#source[++this.#at] ?? '';
    const length = { x: 2, u: 4 }[letter];
    if (length !== undefined) {
      const digits = this.#source.slice(this.#at + 1, this.#at + 1 + length);
      if (!/^[\da-f]+$/i.test(digits) || digits.length < length)
        throw new TemplateProblem(`\\${letter} needs ${length} digits`);
      this.#at += length;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (letter === '\\' || letter === '"' || letter === "'") return letter;
    return escapes.get(letter) ?? `\\${letter}`;
  }
}
