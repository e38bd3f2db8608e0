import { BellcrankError } from '../errors.ts';
import { pointerTo } from '../driver/schema.ts';

/** Deeper than any contract here, and shallow enough for every consumer that recurses. */
const maxDepth = 32;

interface Level {
  readonly pointer: string;
  /** Keys seen so far; undefined in an array. */
  readonly keys: Set<string> | undefined;
  key: string;
  index: number;
  /** In an object: whether the next string is a key. */
  expectsKey: boolean;
}

/**
 * Parses a request body. Beyond JSON.parse it refuses a key that stands twice, of which JSON.parse would silently drop
 * one (RFC 8259 §4 leaves it open), whole numbers that it would silently round (§6), and nesting deeper than any contract needs.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(
      '',
      `is not valid JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'cannot be parsed'}`,
    );
  }
  if (!isPlain(text, value)) checkStructure(text);
  return value;
}

/** Text that is quicker looked through than walked. */
const maxPlain = 512;

/**
 * Whether all that text has is on one level, each key once. In JSON without escapes a quote begins or ends a string: as
 * many as the keys and the strings need that were parsed are too few for one that was dropped, with its key.
 */
function isPlain(text: string, value: unknown): boolean {
  if (text.length > maxPlain || typeof value !== 'object' || value === null || text.includes('\\')) return false;
  let strings = 0;
  for (const key in value) {
    const its = (value as Readonly<Record<string, unknown>>)[key]; // what was parsed has keys, or indices
    if (typeof its === 'object' && its !== null) return false;
    if (typeof its === 'number' && Math.abs(its) > Number.MAX_SAFE_INTEGER) return false;
    strings += typeof its === 'string' ? 2 : 1;
  }
  return !Array.isArray(value) && quotesIn(text) === 2 * strings;
}

function quotesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count++;
  return count;
}

/** Walks text that JSON.parse has accepted. */
function checkStructure(text: string): void {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at++) {
    const level = levels.at(-1);
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (level?.expectsKey === true) takeKey(level, text.slice(at, end + 1));
      at = end;
    } else if (character === '{' || character === '[') {
      const pointer = pointerIn(level);
      if (levels.length === maxDepth) throw invalid(pointer.slice(0, 200), `is nested deeper than ${maxDepth} levels`);
      const isObject = character === '{';
      levels.push({ pointer, keys: isObject ? new Set() : undefined, key: '', index: 0, expectsKey: isObject });
    } else if (character === '}' || character === ']') {
      levels.pop();
    } else if (character === ',' && level !== undefined) {
      level.index++;
      level.expectsKey = level.keys !== undefined;
    } else if (character === '-' || isDigit(character)) {
      const end = endOfNumber(text, at);
      checkNumber(text.slice(at, end), level);
      at = end - 1;
    }
  }
}

/** Where the value stands that comes next. */
function pointerIn(level: Level | undefined): string {
  return level === undefined ? '' : pointerTo(level.pointer, level.keys ? level.key : String(level.index));
}

/** A device must not be sent other digits than its client wrote. */
function checkNumber(written: string, level: Level | undefined): void {
  const value = Number(written);
  if (!Number.isFinite(value)) throw invalid(pointerIn(level), 'is larger than any number here can be');
  if (Number.isSafeInteger(value) || !/^-?\d+$/.test(written)) return;
  throw invalid(
    pointerIn(level),
    `is a whole number beyond ±${Number.MAX_SAFE_INTEGER}, which would be rounded; send a smaller one`,
  );
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (/[\d.eE+-]/.test(text[at] ?? '')) at++;
  return at;
}

function takeKey(level: Level, quoted: string): void {
  const key = String(JSON.parse(quoted));
  if (level.keys?.has(key) === true) throw invalid(pointerTo(level.pointer, key), 'stands twice; send it once');
  level.keys?.add(key);
  level.key = key;
  level.expectsKey = false;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function invalid(pointer: string, detail: string): BellcrankError {
  const where = pointer === '' ? 'the body' : pointer;
  return new BellcrankError('invalid-request', `${where} ${detail}`, { errors: [{ pointer, detail }] });
}
