import type { ReplaySimulator, Unexpected } from '../../../simulators/recording/index.ts';
import { hex, latin1, quoted } from '../../driver/index.ts';
import { printable } from '../../errors.ts';
import { bytesOf, type Payload } from '../../recording/index.ts';

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
export function sentText({ number, sent }: { readonly number: number; readonly sent: Payload }): string {
  return `#${number} ${payloadText(sent)}`;
}

export function payloadText(payload: Payload): string {
  const bytes = bytesText(bytesOf(payload));
  return payload instanceof Uint8Array ? bytes : `${payload.topic} ${bytes}`;
}

function bytesText(bytes: Uint8Array): string {
  const isText = bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a || byte === 9);
  return isText ? quoted(latin1(bytes)) : hex(bytes);
}
