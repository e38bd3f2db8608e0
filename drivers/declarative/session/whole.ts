import { BellcrankError, latin1, quoted } from '../../../src/driver/index.ts';
import type { Part, Template, Values } from '../template/template.ts';

/**
 * A text that holds the terminator would be two messages, the second of them anything: throws `invalid-request`. Literals
 * of the template may hold it, and raw bytes may look like it.
 */
export function checkWhole({ parts }: Template, values: Values, printed: Uint8Array, terminator: Uint8Array): void {
  const end = latin1(terminator);
  if (end === '') return;
  const texts = Object.values(values).filter((value) => typeof value === 'string');
  if (texts.some((text) => text.includes(end))) throw twoMessages(printed, end);
  if (!isText(parts)) return;
  const pieces = (latin1(printed) + end).split(end);
  // Also where a text ends as the terminator begins: whatever is behind the last one would begin the next message.
  if (pieces.length !== ownEnds(parts, end) + 2 || pieces.at(-1) !== '') throw twoMessages(printed, end);
}

/** Terminators that stand in the template itself. */
function ownEnds(parts: readonly Part[], end: string): number {
  // No byte is U+0100: what is no literal keeps two of them apart.
  const literals = parts.map((part) => (part.kind === 'literal' ? latin1(part.bytes) : '\u0100')).join('');
  return literals.split(end).length - 1;
}

function isText(parts: readonly Part[]): boolean {
  return parts.every((part) => {
    if (part.kind === 'checksum') return part.hex === true;
    return part.kind !== 'field' || !/[rRD]$/.test(part.conversion.text);
  });
}

function twoMessages(printed: Uint8Array, end: string): BellcrankError {
  const message = `${quoted(latin1(printed))} is not one message: ${quoted(end)} ends it before its end`;
  return new BellcrankError('invalid-request', message);
}
