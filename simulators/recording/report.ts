import { hex, latin1, quoted } from '../../src/driver/index.ts';
import { printable } from '../../src/errors.ts';
import { bytesOf, type Payload, type Said } from '../../src/recording/index.ts';
import type { Difference } from './differences.ts';
import type { ReplaySimulator, Unexpected } from './replay.ts';

/** Turns that are listed; more are counted. */
const maxListed = 20;

/** One line about something that the recording has no answer to. */
export function unexpectedText({ heard, topic, expected }: Unexpected): string {
  const on = topic === undefined ? '' : ` on ${topic}`;
  const next = expected === undefined ? '' : `; next in the recording is ${sentText(expected)}`;
  return printable(`not expected: ${bytesText(heard)}${on}${next}`);
}

/** What came of a replay, in lines. */
export function summaryOf(simulator: ReplaySimulator): string {
  const { log } = simulator;
  const left = simulator.unasked();
  const listed = left.slice(0, maxListed).map((turn) => printable(`not asked: ${sentText(turn)}`));
  const more = left.length > maxListed ? [`… and ${left.length - maxListed} more that were not asked`] : [];
  return [`${log.count} not expected, ${left.length} not asked`, ...listed, ...more].join('\n');
}

/** Which one in the recording, and what it was. */
function sentText({ number, sent }: { readonly number: number; readonly sent: Payload }): string {
  return `#${number} ${payloadText(sent)}`;
}

function payloadText(payload: Payload): string {
  const bytes = bytesText(bytesOf(payload));
  return payload instanceof Uint8Array ? bytes : `${payload.topic} ${bytes}`;
}

function bytesText(bytes: Uint8Array): string {
  const isText = bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a || byte === 9);
  return isText ? quoted(latin1(bytes)) : hex(bytes);
}

/** Pieces of an answer that are shown. */
const maxPieces = 10;

/** What was asked, and both answers below each other. */
export function differenceText({ kind, turn, recorded, simulated }: Difference): string {
  const asked = turn === undefined ? 'before anything was asked' : sentText(turn);
  const timed = kind === 'timing';
  return [
    `${kind}: ${asked}`,
    `  recorded:  ${saidText(recorded, timed)}`,
    `  simulated: ${saidText(simulated, timed)}`,
  ]
    .map(printable)
    .join('\n');
}

function saidText(said: readonly Said[], isTimed: boolean): string {
  if (said.length === 0) return 'nothing';
  const pieces = joinedBytes(said)
    .slice(0, maxPieces)
    .map(({ afterMs, payload }) => `${payloadText(payload)}${isTimed ? ` after ${Math.round(afterMs)} ms` : ''}`);
  return said.length > maxPieces ? `${pieces.join(', ')} …` : pieces.join(', ');
}

/** Chunks of bytes mean nothing to the reader; messages do. */
function joinedBytes(said: readonly Said[]): readonly Said[] {
  const [first] = said;
  if (first === undefined) return [];
  const bytes = said.flatMap(({ payload }) => (payload instanceof Uint8Array ? [payload] : []));
  return bytes.length === said.length ? [{ afterMs: first.afterMs, payload: Buffer.concat(bytes) }] : said;
}
