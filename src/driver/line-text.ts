import { BellcrankError } from '../errors.ts';

const longestQuote = 80;

/** A device's text for a message: escaped, and cut. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text);
}

/** One line's bytes, one per character (latin1). What would be two lines, or would lose a character, is refused. */
export function encodeLine(text: string, terminator: string): Uint8Array {
  const isOneLine = !/[\r\n]/.test(text) && (terminator === '' || !text.includes(terminator));
  const line = text + terminator;
  const bytes = Buffer.from(line, 'latin1');
  if (isOneLine && bytes.toString('latin1') === line) return bytes;
  throw new BellcrankError('invalid-request', `${quoted(text)} cannot be sent as one line`);
}
