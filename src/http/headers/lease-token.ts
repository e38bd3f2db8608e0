import { BellcrankError } from '../../errors.ts';

/**
 * The value of `Lease-Token`: 1 to 200 of the characters A-Z a-z 0-9 . _ ~ -. Undefined where there is none; anything
 * else is `invalid-request`. The value is a secret, so that no error repeats it.
 */
export function parseLeaseToken(value: string | string[] | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[A-Za-z0-9._~-]{1,200}$/.test(value)) return value;
  const detail = 'must be one token of 1 to 200 characters out of A-Z a-z 0-9 . _ ~ -, as the lease was answered';
  throw new BellcrankError('invalid-request', `the Lease-Token header ${detail}`, {
    errors: [{ pointer: '/headers/lease-token', detail }],
  });
}
