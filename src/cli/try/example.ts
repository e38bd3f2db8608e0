import { stringify } from 'yaml';
import { latin1 } from '../../driver/index.ts';
import type { Terminators } from '../definitions.ts';
import type { Passed } from './wire-log.ts';

/** A read as an entry of `examples`, or undefined where it took more than one exchange. */
export function exampleOf(
  property: string,
  value: unknown,
  passed: readonly Passed[],
  terminators: Terminators,
): Record<string, unknown> | undefined {
  const [sent, heard, ...rest] = passed;
  if (sent?.direction !== 'sent' || heard?.direction !== 'heard' || rest.length > 0) return undefined;
  return {
    send: literal(without(sent.bytes, terminators.sent)),
    reply: literal(without(heard.bytes, terminators.heard)),
    read: { [property]: value },
    manual: 'seen on the device',
  };
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
function literal(bytes: Uint8Array): string {
  return latin1(bytes).replaceAll(/[\\{}]|[^\x20-\x7e]/g, (character) => {
    if (/[\\{}]/.test(character)) return `\\${character}`;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
