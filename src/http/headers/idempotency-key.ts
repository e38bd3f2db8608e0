import { parseItem } from 'structured-headers';
import type { BellcrankError } from '../../errors.ts';
import { invalidHeader } from './invalid-header.ts';
import { type HeaderValue, singleLine } from './lines.ts';

const name = 'Idempotency-Key';
const maxCharacters = 255;

/** Escapes can double the text; what is longer is not worth parsing. */
const maxLine = 2 * maxCharacters + 200;

/**
 * The client's key (draft-ietf-httpapi-idempotency-key-header §2.1): a structured-field Item that is a String (RFC 9651
 * §3.3.3), 1 to 255 characters. Its parameters mean nothing, and are ignored as structured fields want it.
 * @throws BellcrankError `invalid-request`
 */
export function parseIdempotencyKey(value: HeaderValue): string | undefined {
  const line = singleLine(value, () => invalid('was sent twice; send it once'));
  if (line === undefined) return undefined;
  const key = stringOf(line);
  if (key === undefined || key.length === 0 || key.length > maxCharacters) throw invalid(expected);
  return key;
}

const expected = `must be a quoted string of 1 to ${maxCharacters} ASCII characters, as in ${name}: "8e03978e-40d5-43e8-bc93-6894a57f9324" with its quotes`;

function stringOf(line: string): string | undefined {
  if (line.length > maxLine) return undefined;
  try {
    const [bare] = parseItem(line);
    return typeof bare === 'string' ? bare : undefined;
  } catch {
    return undefined;
  }
}

function invalid(detail: string): BellcrankError {
  return invalidHeader(name, detail);
}
