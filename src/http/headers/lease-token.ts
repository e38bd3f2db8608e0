import type { IncomingMessage } from 'node:http';
import { invalidHeader } from './invalid-header.ts';
import { headerLines, type HeaderValue, singleLine } from './lines.ts';

const name = 'Lease-Token';
const detail = 'must be one token as the lease answered it: 1 to 200 of A-Z a-z 0-9 . _ ~ -';

/**
 * The token of a lease, as the service gave it out.
 * @throws BellcrankError `invalid-request`
 */
export function parseLeaseToken(value: HeaderValue): string | undefined {
  const line = singleLine(value, () => invalidHeader(name, detail));
  if (line === undefined) return undefined;
  if (!/^[A-Za-z0-9._~-]{1,200}$/.test(line)) throw invalidHeader(name, detail);
  return line;
}

/** The token that a request came with. */
export function leaseTokenOf({ rawHeaders }: IncomingMessage): string | undefined {
  return parseLeaseToken(headerLines(rawHeaders, 'lease-token'));
}
