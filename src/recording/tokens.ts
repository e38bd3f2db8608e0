import { byteOf } from './escapes.ts';
import { type Place, wrong } from './problem.ts';

/** A piece of a line, and where it begins. */
export type Token = Place &
  (
    | { readonly kind: 'text'; readonly bytes: Uint8Array }
    | { readonly kind: 'plain'; readonly text: string }
    /** Two or more bytes in a row, each two hex digits. */
    | { readonly kind: 'hex'; readonly bytes: Uint8Array }
    | { readonly kind: 'word'; readonly name: string; readonly value: Value }
  );

/** What follows a `=`; in quotes it is bytes, or the text that they are in UTF-8. */
export interface Value extends Place {
  readonly plain?: string;
  readonly quoted?: Uint8Array;
}

// What may stand without quotes: printable ASCII but for `"`, `#` and `\`.
const plain = /[\x21\x24-\x5b\x5d-\x7e]+/y;
const wordName = /[A-Za-z][A-Za-z0-9-]*(?:\.(?:[\x21\x24-\x3c\x3e-\x5b\x5d-\x7e]+|(?=")))?/y;
const hexRun = /(?:[0-9A-Fa-f]{2}[ \t]+)+[0-9A-Fa-f]{2}(?=[ \t#]|$)/y;
const space = /[ \t]*/y;
const textPiece = /[^"\\]+|\\x[0-9A-Fa-f]{2}|\\./suy;

/** One line from `start` on, up to its end or a comment. */
export function tokensOf(text: string, line: number, start = 0): Token[] {
  const cursor = new Cursor(text, line, start);
  const tokens: Token[] = [];
  for (cursor.take(space); !cursor.isAtEnd; cursor.take(space)) {
    tokens.push(tokenAt(cursor));
    if (!cursor.isAtEnd && cursor.take(space) === '') throw cursor.wrong('put a space before this');
  }
  return tokens;
}

function tokenAt(cursor: Cursor): Token {
  const { place } = cursor;
  if (cursor.sees('"')) return { ...place, kind: 'text', bytes: quotedAt(cursor) };
  const run = cursor.take(hexRun);
  if (run !== '') return { ...place, kind: 'hex', bytes: Buffer.from(run.replaceAll(/[ \t]/g, ''), 'hex') };
  const name = nameAt(cursor);
  if (name !== undefined) return { ...place, kind: 'word', name, value: valueAt(cursor) };
  const text = cursor.take(plain);
  if (text === '') throw cursor.wrong(`${JSON.stringify(cursor.character)} can only stand in quotes; write "…"`);
  return { ...place, kind: 'plain', text };
}

/** `name=`, `user.name=` or `user."a name"=`; undefined, and nothing taken, for anything else. */
function nameAt(cursor: Cursor): string | undefined {
  const { at } = cursor;
  const name = cursor.take(wordName);
  if (name !== '') {
    const rest = name.endsWith('.') && cursor.sees('"') ? textOf(quotedAt(cursor), cursor) : '';
    if (cursor.skip('=')) return name + rest;
  }
  cursor.at = at;
  return undefined;
}

function valueAt(cursor: Cursor): Value {
  const { place } = cursor;
  if (cursor.sees('"')) return { ...place, quoted: quotedAt(cursor) };
  const text = cursor.take(plain);
  if (text === '') throw cursor.wrong('a value is missing after the =; an empty one is ""');
  return { ...place, plain: text };
}

function quotedAt(cursor: Cursor): Uint8Array {
  const { place } = cursor;
  cursor.skip('"');
  const bytes: number[] = [];
  while (!cursor.skip('"')) {
    if (cursor.isOver) throw wrong(place, 'the text that begins here has no closing quote; a line break in it is \\n');
    const at = cursor.place;
    const piece = cursor.take(textPiece);
    // Empty: a \ that ends the line.
    if (piece !== '' && !piece.startsWith('\\')) {
      for (const byte of Buffer.from(piece, 'utf8')) bytes.push(byte);
      continue;
    }
    const byte = byteOf(piece);
    if (byte === undefined) throw wrong(at, 'there is no such escape; they are \\n, \\r, \\t, \\", \\\\ and \\xNN');
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Quoted bytes where a text is wanted. */
export function textOf(bytes: Uint8Array, { place }: { readonly place: Place }): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw wrong(place, 'this has to be a text, and its bytes are not UTF-8');
  }
}

class Cursor {
  at: number;
  readonly #text: string;
  readonly #line: number;

  constructor(text: string, line: number, at: number) {
    this.#text = text;
    this.#line = line;
    this.at = at;
  }

  get place(): Place {
    return { line: this.#line, column: this.at + 1 };
  }
  get isOver(): boolean {
    return this.at >= this.#text.length;
  }
  /** Also where a comment begins. */
  get isAtEnd(): boolean {
    return this.isOver || this.sees('#');
  }
  get character(): string {
    return String.fromCodePoint(this.#text.codePointAt(this.at) ?? 0);
  }

  sees(text: string): boolean {
    return this.#text.startsWith(text, this.at);
  }

  skip(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  /** What a sticky pattern matches here. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [taken = ''] = pattern.exec(this.#text) ?? [];
    this.at += taken.length;
    return taken;
  }

  wrong(what: string): Error {
    return wrong(this.place, what);
  }
}
