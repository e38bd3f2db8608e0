import { toText } from '../bytes.ts';
import { Cursor } from '../cursor.ts';
import { readPlainByte } from '../escapes.ts';
import { refuse, type ConversionSpec } from './spec.ts';
import { months, type WallTime } from './time-parts.ts';

/** A part of a timestamp: a literal, or what its letter stands for in so many digits. */
type Token = { readonly literal: string } | { readonly letter: Letter; readonly size: number };

type Letter = 'Y' | 'y' | 'm' | 'd' | 'H' | 'M' | 'S' | 'f' | 'j' | 'b';

export interface TimeFormat {
  readonly tokens: readonly Token[];
  /** Of the whole text; its groups are named by the letters. */
  readonly pattern: RegExp;
  /** Bytes of the whole text, always the same. */
  readonly size: number;
  /** How far the device's clock is ahead of UTC. */
  readonly offsetMinutes: number;
  /** First and last year that it can tell. */
  readonly years: readonly [number, number];
}

const sizes: Readonly<Record<Exclude<Letter, 'f'>, number>> = { Y: 4, y: 2, m: 2, d: 2, H: 2, M: 2, S: 2, j: 3, b: 3 };

/** Throws `TemplateError` for an unknown letter, and for a format that leaves the date or the time of day open. */
export function formatOf(spec: ConversionSpec): TimeFormat {
  const [format, zone] = splitZone(spec);
  const tokens = tokensOf(spec, format);
  const letters = new Set(tokens.flatMap((token) => ('letter' in token ? [token.letter] : [])));
  check(spec, tokens, letters);
  return {
    tokens,
    pattern: new RegExp(`^${tokens.map(patternOf).join('')}$`),
    size: tokens.reduce((sum, token) => sum + ('letter' in token ? token.size : token.literal.length), 0),
    offsetMinutes: offsetOf(spec, zone),
    years: letters.has('Y') ? [0, 9999] : [1969, 2068],
  };
}

/** As the device writes it. */
export function writeToken(token: Token, time: WallTime): string {
  if ('literal' in token) return token.literal;
  if (token.letter === 'b') return months[time.month - 1] ?? '';
  if (token.letter === 'f') return time.fraction.padEnd(token.size, '0').slice(0, token.size);
  return String(numberOf(token.letter, time)).padStart(token.size, '0');
}

function numberOf(letter: Exclude<Letter, 'b' | 'f'>, time: WallTime): number {
  const { year, month, day, hour, minute, second, dayOfYear } = time;
  return { Y: year, y: year % 100, m: month, d: day, H: hour, M: minute, S: second, j: dayOfYear }[letter];
}

/** The zone follows the last `|`. */
function splitZone({ argument }: ConversionSpec): readonly [string, string | undefined] {
  const at = argument.lastIndexOf('|');
  return at < 0 || argument[at - 1] === '\\' ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

function offsetOf(spec: ConversionSpec, zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const [, sign, hours, minutes] =
    /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? refuse(spec, 'its zone is written like +02:00');
  if (Number(hours) > 23 || Number(minutes) > 59) refuse(spec, 'there is no such zone');
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

function tokensOf(spec: ConversionSpec, format: string): Token[] {
  const cursor = new Cursor(format, spec.argumentAt);
  const tokens: Token[] = [];
  while (!cursor.done) tokens.push(cursor.accept('%') ? readLetter(spec, cursor) : readLiteral(cursor));
  return tokens;
}

function readLiteral(cursor: Cursor): Token {
  return { literal: toText(Uint8Array.of(readPlainByte(cursor, ')|'))) };
}

function readLetter(spec: ConversionSpec, cursor: Cursor): Token {
  if (cursor.accept('%')) return { literal: '%' };
  const digits = cursor.take(/[1-9]?/y);
  if (cursor.accept('f'))
    return { letter: 'f', size: Number(digits === '' ? refuse(spec, '%f takes its digits: %3f') : digits) };
  const letter = cursor.done ? '' : cursor.next();
  if (digits !== '' || !isLetter(letter)) return refuse(spec, `%${digits}${letter} is no part of a time`);
  return { letter, size: sizes[letter] };
}

function isLetter(letter: string): letter is keyof typeof sizes {
  return Object.hasOwn(sizes, letter);
}

function patternOf(token: Token): string {
  if ('literal' in token) return token.literal.replaceAll(/[^0-9A-Za-z\u0080-\u00ff]/g, (c) => `\\x${hex(c)}`);
  return token.letter === 'b' ? `(?<b>${months.join('|')})` : `(?<${token.letter}>\\d{${token.size}})`;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}

function check(spec: ConversionSpec, tokens: readonly Token[], letters: ReadonlySet<Letter>): void {
  if (letters.size < tokens.filter((token) => 'letter' in token).length)
    refuse(spec, 'a part of the time stands in it twice');
  const has = (...any: Letter[]): boolean => any.some((letter) => letters.has(letter));
  if (has('Y') === has('y')) refuse(spec, 'it needs a year, as %Y or as %y');
  const isMonthly = has('m') !== has('b') && has('d') && !has('j');
  const isOrdinal = has('j') && !has('m', 'b', 'd');
  if (!isMonthly && !isOrdinal) refuse(spec, 'it needs a day: %m (or %b) and %d, or %j');
  const isGapless = (!has('M') || has('H')) && (!has('S') || has('M')) && (!has('f') || has('S'));
  if (!isGapless) refuse(spec, 'a part of the time of day is missing before a smaller one');
}
