import { wrong } from './problem.ts';
import type { RecordedSettings, RecordingHeader } from './recording.ts';
import { textOf, type Token } from './tokens.ts';

const names = ['device', 'driver', 'connection', 'transport', 'label', 'settings', 'began', 'simulated'] as const;
type Name = (typeof names)[number];

const transports = ['serial', 'tcp', 'mqtt', 'none', 'memory'] as const;
const longest = 500;
const mostSettings = 50;

/** Reads `name: value`, each at most once. */
export class HeaderReader {
  header: RecordingHeader = {};

  read(tokens: readonly Token[], line: number): void {
    const [first, ...values] = tokens;
    if (first === undefined) return;
    const name = nameOf(first);
    if (Object.hasOwn(this.header, name)) throw wrong(first, `${name} is there twice; remove one`);
    this.header = { ...this.header, ...field(name, values, { line, column: first.column + name.length + 1 }) };
  }
}

function nameOf(token: Token): Name {
  const text = token.kind === 'plain' ? token.text : '';
  const name = names.find((known) => text === `${known}:`);
  if (name !== undefined) return name;
  const known = names.map((each) => `${each}:`).join(', ');
  throw wrong(token, `an event begins with its time, and a line of the header with one of ${known}`);
}

function field(name: Name, values: readonly Token[], place: { line: number; column: number }): RecordingHeader {
  if (name === 'settings') return { settings: settings(values) };
  const [value, extra] = values;
  if (value === undefined) throw wrong(place, `${name} has no value; write ${name}: and its value`);
  if (extra !== undefined) throw wrong(extra, `${name} has one value; put quotes around one with spaces`);
  const text = valueText(value);
  if (name === 'transport') return { transport: transportOf(text, value) };
  if (name === 'simulated') {
    if (text === 'true') return { simulated: true };
    throw wrong(value, 'simulated: true is all that can stand here; leave the line out for a real device');
  }
  if (name === 'began' && !isInstant(text)) {
    throw wrong(value, 'began is an instant in UTC, as in 2026-01-31T12:00:00.000Z');
  }
  return { [name]: text };
}

/** A plain value may look like a setting: `a=b`. */
function valueText(token: Token): string {
  const text = textIn(token);
  if (text.length > longest) throw wrong(token, `this is longer than ${longest} characters`);
  return text;
}

function textIn(token: Token): string {
  if (token.kind === 'text') return textOf(token.bytes, { place: token });
  if (token.kind === 'plain') return token.text;
  throw wrong(token, 'put quotes around a value with a space or a = in it');
}

function transportOf(text: string, token: Token): NonNullable<RecordingHeader['transport']> {
  const known = transports.find((name) => name === text);
  if (known === undefined) throw wrong(token, `there is no such transport; it is one of ${transports.join(', ')}`);
  return known;
}

/** As `toISOString` writes it, so that it prints as it was read. */
function isInstant(text: string): boolean {
  const time = Date.parse(text);
  return Number.isFinite(time) && new Date(time).toISOString() === text;
}

function settings(tokens: readonly Token[]): RecordedSettings {
  const read = new Map<string, string | number | boolean>();
  for (const token of tokens) {
    if (token.kind !== 'word' || token.name.includes('.')) {
      throw wrong(token, 'a setting is name=value, as in: settings: baudRate=9600 parity=even');
    }
    if (read.has(token.name)) throw wrong(token, `${token.name} is there twice; remove one`);
    if (read.size === mostSettings) throw wrong(token, `these are more than ${mostSettings} settings`);
    const { plain, quoted } = token.value;
    read.set(token.name, quoted === undefined ? scalar(plain ?? '') : textOf(quoted, { place: token.value }));
  }
  return Object.fromEntries(read);
}

/** A number and true or false are such where they print as they were read, without quotes. */
export function scalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text !== '' && Number.isFinite(number) && String(number) === text ? number : text;
}
