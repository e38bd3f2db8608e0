import type { ConversionSpec, Flags } from './conversions/index.ts';
import type { Cursor } from './cursor.ts';

/** Widest field, and most digits after a point. */
const widest = 10_000;

/** `%05.2f`: flags, width, precision, letter, and what some letters take after them. */
export function readConversion(cursor: Cursor): ConversionSpec {
  const at = cursor.at;
  cursor.expect('%');
  const flags = readFlags(cursor);
  const width = readNumber(cursor);
  const precision = cursor.accept('.') ? (readNumber(cursor) ?? 0) : undefined;
  const letter = cursor.next();
  const argumentAt = cursor.at + (letter === 'T' ? 1 : 0);
  const argument = readArgument(cursor, letter);
  return { text: cursor.text.slice(at, cursor.at), at, letter, flags, width, precision, argument, argumentAt };
}

function readFlags(cursor: Cursor): Flags {
  const at = cursor.at;
  const text = cursor.take(/[-+ 0#!*]*/y);
  if (new Set(text).size < text.length) cursor.fail('a flag stands here twice', at);
  const has = (flag: string): boolean => text.includes(flag);
  return {
    left: has('-'),
    sign: has('+'),
    space: has(' '),
    zero: has('0'),
    alternate: has('#'),
    exact: has('!'),
    drop: has('*'),
  };
}

function readNumber(cursor: Cursor): number | undefined {
  const at = cursor.at;
  const digits = cursor.take(/\d*/y);
  if (digits === '') return undefined;
  if (digits.length > 5 || Number(digits) > widest) cursor.fail(`more than ${widest} is too much`, at);
  return Number(digits);
}

/** The raw text of what follows the letter, its escapes not yet read. */
function readArgument(cursor: Cursor, letter: string): string {
  if (letter === '[') return readUntil(cursor, ']');
  if (letter === '{') return readUntil(cursor, '}');
  if (letter === '/') return readUntil(cursor, '/');
  if (letter === '<') return readUntil(cursor, '>');
  if (letter === 'T') {
    cursor.expect('(');
    return readUntil(cursor, ')');
  }
  return letter === 'B' ? readPair(cursor) : '';
}

function readUntil(cursor: Cursor, end: string): string {
  const from = cursor.at;
  while (!cursor.accept(end)) {
    if (cursor.done) cursor.fail(`${end} is missing at the end`);
    if (cursor.next() === '\\' && !cursor.done) cursor.next();
  }
  return cursor.text.slice(from, cursor.at - end.length);
}

/** The characters for 0 and 1. */
function readPair(cursor: Cursor): string {
  const at = cursor.at;
  const pair = cursor.take(/[!-[\]-z|~\u00a1-\u00ff]{0,2}/y);
  if (pair.length < 2 || pair[0] === pair[1])
    cursor.fail('%B takes two different visible characters, for 0 and for 1', at);
  return pair;
}
