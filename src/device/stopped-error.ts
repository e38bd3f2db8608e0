import { BellcrankError } from '../errors.ts';

/**
 * Why something was ended by a stop. It is made for each device before the bytes of its stop leave, so it has no stack: to
 * take that down takes ten times as long as all else of it, and it would say no more than that somebody stopped something.
 */
export function stoppedError(what: string): BellcrankError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new BellcrankError('stopped', what, { reason: 'stopped' });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
