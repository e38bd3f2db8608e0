import { TemplateError } from './template.ts';

/** A place in a template's text, or in a piece of it that begins at `offset`, while it is parsed. */
export class Cursor {
  readonly text: string;
  at = 0;
  readonly #offset: number;

  constructor(text: string, offset = 0) {
    this.text = text;
    this.#offset = offset;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character; empty at the end. */
  get peek(): string {
    return this.text.charAt(this.at);
  }

  /** Takes one character. Throws at the end. */
  next(): string {
    if (this.done) this.fail('it ends too early');
    return this.text.charAt(this.at++);
  }

  /** Takes `wanted` if it is next. */
  accept(wanted: string): boolean {
    if (!this.text.startsWith(wanted, this.at)) return false;
    this.at += wanted.length;
    return true;
  }

  expect(wanted: string): void {
    if (!this.accept(wanted)) this.fail(this.done ? `${wanted} is missing at the end` : `${wanted} is missing here`);
  }

  /** Takes what a sticky pattern matches; it may match nothing. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }

  fail(message: string, at = this.at): never {
    throw new TemplateError(message, this.#offset + at);
  }
}
