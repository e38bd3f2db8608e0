import type { Cursor } from './cursor.ts';
import type { WildcardPart } from './template.ts';

/** ASCII's names of its control characters, by code. */
const controls =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US';
const named = new Map([...controls.split(' '), 'SP'].map((name, code) => [name, code]));
named.set('DEL', 0x7f);

const letters: Readonly<Record<string, number>> = {
  r: 13,
  n: 10,
  t: 9,
  a: 7,
  b: 8,
  e: 27,
  0: 0,
  '\\': 92,
  '{': 123,
  '}': 125,
};

/**
 * What stands at the cursor as one byte, or as a wildcard: a character as it is, or an escape. Characters of `special`
 * may be escaped too.
 */
export function readByte(cursor: Cursor, special = ''): number | WildcardPart['kind'] {
  const at = cursor.at;
  const character = cursor.next();
  if (character === '\\') return readEscape(cursor, at, special);
  const code = character.charCodeAt(0);
  if (code > 0xff) cursor.fail(`${character} is not one byte; write its bytes as \\xHH`, at);
  return code;
}

/** As `readByte`, where a wildcard has no meaning. */
export function readPlainByte(cursor: Cursor, special = ''): number {
  const at = cursor.at;
  const byte = readByte(cursor, special);
  if (typeof byte === 'string') cursor.fail(`${cursor.text.slice(at, cursor.at)} has no meaning here`, at);
  return byte;
}

function readEscape(cursor: Cursor, at: number, special: string): number | WildcardPart['kind'] {
  if (cursor.done) cursor.fail('nothing follows the \\', at);
  const character = cursor.next();
  if (special.includes(character)) return character.charCodeAt(0);
  const code = Object.hasOwn(letters, character) ? letters[character] : undefined;
  if (code !== undefined) return code;
  if (character === '?') return 'any-byte';
  if (character === '_') return 'white-space';
  if (character === 'x') return readHex(cursor, at);
  if (character === '<') return readName(cursor, at);
  return cursor.fail(`\\${character} means nothing; write \\\\ for the character \\`, at);
}

function readHex(cursor: Cursor, at: number): number {
  const digits = cursor.take(/[0-9A-Fa-f]{0,2}/y);
  if (digits.length < 2) cursor.fail('\\x takes two hex digits', at);
  return Number.parseInt(digits, 16);
}

function readName(cursor: Cursor, at: number): number {
  const name = cursor.take(/[A-Z0-9]*/y);
  const code = named.get(name);
  if (code === undefined || !cursor.accept('>')) cursor.fail(`\\<${name}> names no ASCII character`, at);
  return code;
}
