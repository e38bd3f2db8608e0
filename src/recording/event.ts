import { wrong } from './problem.ts';
import { type RecordedCall, type RecordedEvent, type RecordedWire, recordingLimits, wireChanges } from './recording.ts';
import { textOf, type Token } from './tokens.ts';
import { bytesOf, Words } from './event-words.ts';

const time = /^(\+?)(\d{1,12}(?:\.\d{1,3})?)$/;

/** Header lines begin with a letter, and lines that continue others with a space. */
export function isEventLine(text: string): boolean {
  return /^[+\d]/.test(text);
}

/** One event, of the tokens of its lines. */
export function eventOf(tokens: readonly Token[], line: number, before: RecordedEvent | undefined): RecordedEvent {
  const [first, arrow, ...rest] = tokens;
  const at = timeOf(first, line, before?.at ?? 0);
  const text = arrow?.kind === 'plain' ? arrow.text : '';
  if (text === '!') return wire(at, rest, arrow ?? { line, column: 1 });
  if (text === '>') return passed(at, 'sent', rest, line);
  if (text === '<') return passed(at, 'heard', rest, line);
  const place = arrow ?? { line, column: 1 };
  throw wrong(place, 'after its time an event says > for what is sent, < for what is heard, ! for the wire');
}

/** To the microsecond. */
export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function timeOf(token: Token | undefined, line: number, before: number): number {
  const place = token ?? { line, column: 1 };
  const [, plus, digits] = (token?.kind === 'plain' && time.exec(token.text)) || [];
  if (digits === undefined) {
    throw wrong(place, 'a time is ms since the recording began, as in 1500 or 0.125, or +20 after the event before');
  }
  const at = rounded((plus === '+' ? before : 0) + Number(digits));
  if (at < before) throw wrong(place, `this is earlier than the event before, at ${before}; put them in order`);
  if (at > recordingLimits.atMs) throw wrong(place, 'this is too late; begin another recording');
  return at;
}

function wire(at: number, tokens: readonly Token[], place: { line: number; column: number }): RecordedWire {
  const [first, ...rest] = tokens;
  const text = first?.kind === 'plain' ? first.text : '';
  const what = wireChanges.find((known) => known === text);
  if (what === undefined) {
    throw wrong(first ?? place, `after ! stands one of ${wireChanges.join(', ')}`);
  }
  const [detail] = rest;
  const hasDetail = detail?.kind === 'text';
  const words = new Words(hasDetail ? rest.slice(1) : rest);
  const notes = notesOf(words);
  words.end();
  return { at, kind: 'wire', what, ...(hasDetail && { detail: textOf(detail.bytes, { place: detail }) }), ...notes };
}

function passed(at: number, kind: 'sent' | 'heard', tokens: readonly Token[], line: number): RecordedEvent {
  const words = new Words(tokens.filter((token) => token.kind === 'word' || isFlag(token)));
  const payload = bytesOf(tokens.filter((token) => token.kind !== 'word' && !isFlag(token)));
  const topic = words.text('topic');
  const base = { at, kind, ...notesOf(words), ...cutOf(words, payload?.length ?? 0) };
  if (topic === undefined) {
    words.end('; a message says its topic=');
    if (payload === undefined) throw wrong({ line, column: 1 }, 'say what passed: "a text", or its bytes as in 01 ff');
    return { ...base, bytes: payload };
  }
  const message = {
    topic,
    payload: payload ?? new Uint8Array(),
    retained: words.flag('retained'),
    ...words.properties(),
  };
  words.end();
  return { ...base, message };
}

function isFlag(token: Token): boolean {
  return token.kind === 'plain' && token.text === 'retained';
}

function cutOf(words: Words, length: number): { cutFrom?: number } {
  const cutFrom = words.number('cutFrom', Number.MAX_SAFE_INTEGER);
  if (cutFrom === undefined) return {};
  if (cutFrom <= length)
    throw words.wrong('cutFrom', 'this says how much there was before it was cut, so more than is here');
  return { cutFrom };
}

function notesOf(words: Words): { device?: string; call?: RecordedCall } {
  const device = words.text('device');
  const kind = words.text('call');
  const name = words.text('name');
  const id = words.text('id');
  if (kind === undefined) {
    if (name !== undefined) throw words.wrong('name', 'this is of a call; say which kind, as in call=command');
    if (id !== undefined) throw words.wrong('id', 'this is of a call; say which kind, as in call=command');
    return device === undefined ? {} : { device };
  }
  if (!/^[a-z][a-z-]{0,39}$/.test(kind))
    throw words.wrong('call', 'a kind is a word of small letters, as in command or poll');
  const call = { kind, ...(name !== undefined && { name }), ...(id !== undefined && { id }) };
  return { ...(device !== undefined && { device }), call };
}
