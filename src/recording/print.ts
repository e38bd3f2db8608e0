import { escaped, escapeOf, hexOf, isUnreadable } from './escapes.ts';
import { rounded } from './event.ts';
import { scalar } from './header.ts';
import { firstLine } from './parse.ts';
import type { PassedMessage, RecordedCall, RecordedEvent, Recording, RecordingHeader } from './recording.ts';

/** As `parseRecording` reads it. */
export function printRecording({ header, events }: Recording): string {
  return printHeader(header) + events.map(printEvent).join('');
}

/** The beginning of a recording whose events are still to come. */
export function printHeader(header: RecordingHeader): string {
  const { device, driver, connection, transport, label, settings = {}, began, simulated } = header;
  const values = Object.entries({ device, driver, connection, transport, label });
  const words = Object.entries(settings).map(([name, value]) => `${name}=${setting(value)}`);
  const lines = [
    firstLine,
    ...values.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${headerText(value)}`])),
    ...(header.settings === undefined ? [] : [['settings:', ...words].join(' ')]),
    ...(began === undefined ? [] : [`began: ${began}`]),
    ...(simulated === true ? ['simulated: true'] : []),
  ];
  return `${lines.join('\n')}\n\n`;
}

export function printEvent(event: RecordedEvent): string {
  const at = rounded(event.at);
  if (event.kind === 'wire') {
    const detail = event.detail === undefined ? [] : [quoted(utf8(event.detail))];
    return `${[at, '!', event.what, ...detail, ...notes(event)].join(' ')}\n`;
  }
  const arrow = event.kind === 'sent' ? '>' : '<';
  const words = [...notes(event), ...(event.cutFrom === undefined ? [] : [`cutFrom=${event.cutFrom}`])];
  if ('bytes' in event) return folded(`${at} ${arrow}`, event.bytes, words);
  const { message } = event;
  return folded(`${at} ${arrow} topic=${value(message.topic)}`, message.payload, [...properties(message), ...words]);
}

/** Characters of a text on a line. */
const widest = 80;
const hexBytesPerLine = 24;
const widestWords = 200;

/** What does not fit into one line is continued by lines that begin with spaces. */
function folded(start: string, bytes: Uint8Array, words: readonly string[]): string {
  const [first = '""', ...more] = isText(bytes) ? textPieces(bytes) : hexPieces(bytes);
  const lines = [`${start} ${first}`, ...more.map((piece) => `  ${piece}`)];
  const together = words.join(' ');
  const separator = together.length > widestWords ? '\n  ' : ' ';
  return `${[lines.join('\n'), ...words].join(separator)}\n`;
}

/** Readable unless more than a quarter of the bytes need a `\xNN`. */
function isText(bytes: Uint8Array): boolean {
  let unreadable = 0;
  for (const byte of bytes) if (isUnreadable(byte)) unreadable++;
  return unreadable * 4 <= bytes.length;
}

/** One if it is short; else one for each of its lines, and none too long. */
function textPieces(bytes: Uint8Array): string[] {
  const whole = quoted(bytes);
  if (whole.length <= widest) return [whole];
  const pieces: string[] = [];
  let piece = '';
  for (const byte of bytes) {
    piece += escapeOf(byte);
    if (byte !== 0x0a && piece.length < widest) continue;
    pieces.push(`"${piece}"`);
    piece = '';
  }
  return piece === '' ? pieces : [...pieces, `"${piece}"`];
}

function hexPieces(bytes: Uint8Array): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += hexBytesPerLine) {
    pieces.push(hexOf(bytes.subarray(at, at + hexBytesPerLine)));
  }
  return pieces;
}

function properties(message: PassedMessage): string[] {
  const { retained, qos, messageExpirySeconds, responseTopic, correlationData, contentType, userProperties } = message;
  return [
    ...(retained ? ['retained'] : []),
    ...(qos === undefined ? [] : [`qos=${qos}`]),
    ...(messageExpirySeconds === undefined ? [] : [`messageExpirySeconds=${messageExpirySeconds}`]),
    ...(responseTopic === undefined ? [] : [`responseTopic=${value(responseTopic)}`]),
    ...(correlationData === undefined ? [] : [`correlationData=${bytesValue(correlationData)}`]),
    ...(contentType === undefined ? [] : [`contentType=${value(contentType)}`]),
    ...Object.entries(userProperties ?? {}).map(([name, text]) => `user.${userName(name)}=${value(text)}`),
  ];
}

function notes({ device, call }: { readonly device?: string; readonly call?: RecordedCall }): string[] {
  return [
    ...(device === undefined ? [] : [`device=${value(device)}`]),
    ...(call === undefined ? [] : [`call=${call.kind}`]),
    ...(call?.name === undefined ? [] : [`name=${value(call.name)}`]),
    ...(call?.id === undefined ? [] : [`id=${value(call.id)}`]),
  ];
}

const plain = /^[\x21\x24-\x5b\x5d-\x7e]+$/;

/** In quotes where it has to be. */
function value(text: string): string {
  return plain.test(text) ? text : quoted(utf8(text));
}

function headerText(text: string): string {
  return plain.test(text) && !text.includes('=') ? text : quoted(utf8(text));
}

function userName(name: string): string {
  return plain.test(name) && !name.includes('=') ? name : quoted(utf8(name));
}

/** A text that would be read as a number, true or false is one in quotes. */
function setting(given: string | number | boolean): string {
  if (typeof given !== 'string') return String(given);
  return typeof scalar(given) === 'string' ? value(given) : quoted(utf8(given));
}

function bytesValue(bytes: Uint8Array): string {
  return isText(bytes) ? quoted(bytes) : Buffer.from(bytes).toString('hex');
}

function quoted(bytes: Uint8Array): string {
  return `"${escaped(bytes)}"`;
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
