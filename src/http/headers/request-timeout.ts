import { invalidHeader } from './invalid-header.ts';
import { type HeaderValue, singleLine } from './lines.ts';

const name = 'Request-Timeout';
const maxSeconds = 86_400;
const detail = `must be one number of seconds above 0 and at most ${maxSeconds}, with 3 decimals at most: 2 or 0.25`;

/**
 * The time that the client gives the command, queue included, in milliseconds. The header counts seconds, written as a
 * structured-field Integer or Decimal (RFC 9651 §3.3.1, §3.3.2).
 * @throws BellcrankError `invalid-request`
 */
export function parseRequestTimeout(value: HeaderValue): number | undefined {
  const line = singleLine(value, () => invalidHeader(name, detail));
  if (line === undefined) return undefined;
  // Number() alone takes '', '0x10', '1e3' and blanks.
  const ms = /^\d{1,5}(\.\d{1,3})?$/.test(line) ? Math.round(Number(line) * 1000) : 0;
  if (ms <= 0 || ms > maxSeconds * 1000) throw invalidHeader(name, detail);
  return ms;
}
