import { BellcrankError } from '../errors.ts';

/** What ends an exchange whose connection has gone. */
export function lostError(label: string, cause: Error): BellcrankError {
  if (cause instanceof BellcrankError && cause.code === 'connection-lost') return cause;
  return new BellcrankError('connection-lost', `the connection to ${label} was lost: ${cause.message}`, { cause });
}
