import { stringify } from 'yaml';
import { latin1 } from '../../driver/index.ts';
import type { Terminators } from '../../definitions/reading.ts';
import type { Passed } from './wire-log.ts';

/** What a wire was used for, and for which instance. */
export interface Seen {
  /** `read: { property: value }`, or `identify: true`. */
  readonly of: Readonly<Record<string, unknown>>;
  /** Those that were given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How many frames the reply has; 1 if absent. */
  readonly frames?: number;
}

/** An exchange as an entry of `examples`, or undefined where it took more than one, or something was said in between. */
export function exampleOf(
  { of, options, frames = 1 }: Seen,
  passed: readonly Passed[],
  terminators: Terminators,
): Record<string, unknown> | undefined {
  const [sent, heard, ...rest] = passed;
  if (sent?.direction !== 'sent' || heard?.direction !== 'heard' || rest.length > 0) return undefined;
  if (sent.isCut || heard.isCut) return undefined;
  const whole = latin1(without(heard.bytes, terminators.heard));
  const replies = terminators.heard.length > 0 ? whole.split(latin1(terminators.heard)) : [whole];
  // One that is more than are expected may be unasked.
  if (replies.length !== (terminators.heard.length > 0 ? frames : 1)) return undefined;
  const [reply = '', ...others] = replies.map(literal);
  return {
    send: literal(latin1(without(sent.bytes, terminators.sent))),
    reply: others.length > 0 ? [reply, ...others] : reply,
    ...of,
    ...(Object.keys(options).length > 0 && { options }),
    manual: 'seen on the device',
  };
}

/** The first exchange of an attach. */
export function firstOf(passed: readonly Passed[]): readonly Passed[] {
  const next = passed.findIndex(({ direction }, index) => index > 0 && direction === 'sent');
  return next < 0 ? passed : passed.slice(0, next);
}

/** As they would stand in the file. */
export function examplesText(examples: readonly object[]): string {
  const { length } = examples;
  if (length === 0) return '';
  return stringify({ examples }, { flowCollectionPadding: true, lineWidth: 0, collectionStyle: 'any' });
}

function without(bytes: Uint8Array, terminator: Uint8Array): Uint8Array {
  const at = bytes.length - terminator.length;
  const ends = terminator.length > 0 && at >= 0 && Buffer.compare(bytes.subarray(at), terminator) === 0;
  return ends ? bytes.subarray(0, at) : bytes;
}

/** The bytes as a template without fields. */
function literal(text: string): string {
  return text.replaceAll(/[\\{}]|[^\x20-\x7e]/g, (character) => {
    if (/[\\{}]/.test(character)) return `\\${character}`;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
