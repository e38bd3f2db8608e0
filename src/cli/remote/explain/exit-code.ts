import type { Outcome } from '../../../client/index.ts';
import { exitCodes, type ExitCode } from '../../context.ts';

const byOutcome: Readonly<Record<Outcome, ExitCode>> = {
  succeeded: exitCodes.succeeded,
  refused: exitCodes.refused,
  failed: exitCodes.failed,
  'not-sent': exitCodes.notSent,
  unknown: exitCodes.unknown,
};

/** What stands between a caller and a device, and is taken away by a person. */
const blocks = new Set(['leased', 'precondition-failed', 'stopped', 'disabled', 'interlocked']);

/** A value could not be read: the one thing that is asked of a device and is no command. */
const unread = new Set(['device-failed', 'device-protocol', 'device-timeout', 'connection-lost', 'no-value']);

/** Turned away before there was anything to send. */
const turnedAway = new Set(['device-offline', 'identity-mismatch', 'rate-limited', 'overloaded', 'issuer-unavailable']);

/** What a problem or an ended command has that decides about the exit code. */
export interface Ended {
  readonly code?: string | undefined;
  readonly status?: number | undefined;
  readonly outcome?: Outcome | undefined;
}

/** The exit code of a command that has ended, and of a request that was turned down. */
export function exitCodeOf({ code = '', status = 0, outcome }: Ended): ExitCode {
  const left = outcome !== undefined && outcome !== 'not-sent';
  if (!left && blocks.has(code)) return exitCodes.blocked;
  if (code === 'unauthenticated' || code === 'forbidden') return exitCodes.unauthorised;
  // Something in between may have passed on what it was sent.
  if (code === 'unexpected-answer') return exitCodes.problem;
  if (code === 'idempotency-in-flight') return exitCodes.pending;
  if (outcome !== undefined) return byOutcome[outcome];
  if (turnedAway.has(code)) return exitCodes.notSent;
  if (unread.has(code)) return exitCodes.failed;
  if ([400, 404, 405, 413, 414, 415, 422, 431].includes(status)) return exitCodes.invalid;
  return exitCodes.problem;
}
