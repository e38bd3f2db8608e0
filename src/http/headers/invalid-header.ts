import { BellcrankError } from '../../errors.ts';

/**
 * The error for a request header that cannot be taken. Its text never repeats the value: tokens are secrets, and the
 * rest may be anything.
 */
export function invalidHeader(name: string, detail: string): BellcrankError {
  const errors = [{ pointer: `/headers/${name.toLowerCase()}`, detail }];
  return new BellcrankError('invalid-request', `header ${name} ${detail}`, { errors });
}
