import { checksumAtEnd } from '../../../../drivers/index.ts';
import { latin1 } from '../../../driver/index.ts';
import { BellcrankError } from '../../../errors.ts';
import { bytesOf, joined, type RecordedCall, type Turns } from '../../../recording/index.ts';
import { shapeOf } from './tokens.ts';

/** One question and its answer, as text: a character is a byte. */
export interface Exchange {
  readonly send: string;
  /** Frames without their terminators. */
  readonly reply: readonly string[];
  /** Until the first byte of the answer, in ms. */
  readonly replyMs: number | undefined;
  readonly call: RecordedCall | undefined;
}

/** Those that ask the same, but for numbers. */
export interface Group {
  readonly shape: string;
  readonly exchanges: readonly [Exchange, ...Exchange[]];
}

/** Different questions that a draft may have; a definition with more is no draft for people. */
export const maxGroups = 500;
/** Exchanges of a group that are looked at, its first ones: a device may have been polled for days. */
const maxExchanges = 500;
/** Different things that it says unasked. */
const maxUnasked = 100;
/** Longest terminator. */
const maxTerminator = 16;

/** What stands at the end of a text, and follows from it. */
export type Ending = NonNullable<ReturnType<typeof checksumAtEnd>>;

export interface Dialogue {
  readonly outTerminator: string;
  readonly inTerminator: string;
  /** What every message, or every frame of the answers, ended with; it is in none of them here. */
  readonly sentChecksum: Ending | undefined;
  readonly heardChecksum: Ending | undefined;
  readonly groups: readonly Group[];
  /** What the device said before it was asked anything. */
  readonly unasked: readonly string[];
}

/** What was said in a recording of a byte stream, in frames. */
export function dialogueOf({ greeting, turns }: Turns): Dialogue {
  const outTerminator = commonEnd(turns.map(({ sent }) => latin1(bytesOf(sent))));
  const inTerminator = commonEnd(turns.map(({ said }) => latin1(joined(said))).filter((text) => text !== ''));
  const whole = turns.map(({ sent, said, call }): Exchange => ({
    send: without(latin1(bytesOf(sent)), outTerminator),
    reply: framesOf(latin1(joined(said)), inTerminator),
    replyMs: said[0]?.afterMs,
    call,
  }));
  const sentChecksum = endingOf(whole.map(({ send }) => send));
  const heardChecksum = endingOf(whole.flatMap(({ reply }) => reply));
  const exchanges = whole.map((exchange) => ({
    ...exchange,
    send: before(exchange.send, sentChecksum),
    reply: exchange.reply.map((frame) => before(frame, heardChecksum)),
  }));
  return {
    outTerminator,
    inTerminator,
    sentChecksum,
    heardChecksum,
    groups: grouped(exchanges),
    unasked: [...new Set(framesOf(latin1(joined(greeting)), inTerminator))].slice(0, maxUnasked),
  };
}

function endingOf(texts: readonly string[]): Ending | undefined {
  return checksumAtEnd(texts.map((text) => Buffer.from(text, 'latin1')));
}

function before(text: string, ending: Ending | undefined): string {
  return ending === undefined ? text : text.slice(0, -ending.size);
}

/** The text as it passed. */
export function withEnding(text: string, ending: Ending | undefined): string {
  return ending === undefined ? text : text + latin1(ending.compute(Buffer.from(text, 'latin1')));
}

function grouped(exchanges: readonly Exchange[]): readonly Group[] {
  const groups = new Map<string, [Exchange, ...Exchange[]]>();
  for (const exchange of exchanges) {
    const shape = shapeOf(exchange.send);
    const known = groups.get(shape);
    if (known === undefined) groups.set(shape, [exchange]);
    else if (known.length < maxExchanges) known.push(exchange);
    if (groups.size > maxGroups) throw tooMany();
  }
  return Array.from(groups, ([shape, all]) => ({ shape, exchanges: all }));
}

function tooMany(): BellcrankError {
  const what = `more than ${maxGroups} different things were sent in this recording; draft from a shorter one`;
  return new BellcrankError('invalid-request', what);
}

function framesOf(text: string, terminator: string): readonly string[] {
  if (text === '') return [];
  return terminator === '' ? [text] : without(text, terminator).split(terminator);
}

function without(text: string, terminator: string): string {
  return terminator !== '' && text.endsWith(terminator) ? text.slice(0, -terminator.length) : text;
}

/** The control characters that all of them end with. */
function commonEnd(texts: readonly string[]): string {
  const [first, ...others] = texts.map(endOf);
  if (first === undefined) return '';
  return others.reduce((end, other) => {
    let length = Math.min(end.length, other.length);
    while (!end.endsWith(other.slice(other.length - length))) length--;
    return end.slice(end.length - length);
  }, first);
}

function endOf(text: string): string {
  let at = text.length;
  while (at > text.length - maxTerminator && at > 0 && text.charCodeAt(at - 1) < 0x20) at--;
  return text.slice(at);
}
