import { reaches } from '../device/call.ts';
import type { Invoked } from '../device/invoke.ts';
import type { Confirmation, Effect } from '../driver/spec.ts';
import { BellcrankError, type ErrorCode, isBusy, messageOf, type NotSentReason, type Outcome } from '../errors.ts';

export interface Verdict {
  readonly outcome: Outcome;
  readonly reason?: NotSentReason;
  readonly error?: BellcrankError;
  /** Of a command that succeeded. */
  readonly result?: unknown;
}

/** What the device itself said, or what was read back: final, whatever left. */
const saidByDevice: Partial<Record<ErrorCode, Outcome>> = {
  'device-refused': 'refused',
  'device-failed': 'failed',
  // Thrown after sending by the driver of an abortable command alone: the device has taken the abort.
  cancelled: 'failed',
  'verify-mismatch': 'failed',
};

const reasons: Partial<Record<ErrorCode, NotSentReason>> = {
  expired: 'expired',
  'device-timeout': 'expired',
  cancelled: 'cancelled',
  superseded: 'superseded',
  stopped: 'stopped',
  'device-offline': 'offline',
  'identity-mismatch': 'offline',
  'connection-lost': 'offline',
  disabled: 'offline',
  leased: 'leased',
  'precondition-failed': 'leased',
  interlocked: 'interlocked',
  'journal-unavailable': 'unrecorded',
  'audit-unavailable': 'unrecorded',
  'shutting-down': 'shutdown',
};

export interface Facts {
  readonly effect: Effect;
  readonly declared: Confirmation;
  readonly invoked: Pick<Invoked, 'returned' | 'error' | 'left' | 'level' | 'ignoredAbort'>;
  /** What is wrong with the result that the handler returned. */
  readonly invalidResult?: string | undefined;
}

/** Judges a command by what is known, never by more (docs/architecture.md, "Outcomes"). */
export function judge({ effect, declared, invoked, invalidResult }: Facts): Verdict {
  if (!invoked.returned) return judgeError(effect, invoked.left, blamed(invoked));
  if (invalidResult !== undefined) {
    return judgeError(effect, invoked.left, new BellcrankError('device-protocol', invalidResult));
  }
  if (reaches(invoked.level, declared)) return { outcome: 'succeeded' };
  const reached = invoked.level ?? 'nothing';
  const detail = `the driver returned having reached ${reached}, but the command declares ${declared}`;
  return judgeError(effect, invoked.left, new BellcrankError('driver-fault', detail));
}

/** The device may well have answered a driver that hangs. */
function blamed({ error, ignoredAbort }: Facts['invoked']): BellcrankError {
  const known = toError(error);
  if (!ignoredAbort || known.code !== 'device-timeout') return known;
  return new BellcrankError('driver-fault', 'the driver did not end when its deadline passed', { cause: known });
}

/** The verdict on an error, given whether a byte may have left. */
export function judgeError(effect: Effect, left: boolean, error: BellcrankError): Verdict {
  if (!left) return notSent(error);
  const said = saidByDevice[error.code] ?? (isBusy(error) ? 'refused' : undefined);
  if (said !== undefined) return { outcome: said, error };
  const told = withoutDenial(error);
  return effect === 'read' ? { outcome: 'failed', error: told } : { outcome: 'unknown', error: afterSending(told) };
}

function notSent(error: BellcrankError): Verdict {
  const reason = error.reason ?? reasons[error.code] ?? 'fault';
  if (error.code !== 'device-timeout') return { outcome: 'not-sent', reason, error };
  const expired = new BellcrankError('expired', 'the deadline passed before anything was sent', { cause: error });
  return { outcome: 'not-sent', reason, error: expired };
}

/** What ended a command that had left says only what did not follow. */
function withoutDenial(error: BellcrankError): BellcrankError {
  const message = error.message.replace(/; nothing was sent$/, '; nothing more was sent');
  return message === error.message ? error : new BellcrankError(error.code, message, { cause: error });
}

/** A device that went offline with the command under way is not the same as one that was never reached. */
function afterSending(error: BellcrankError): BellcrankError {
  if (error.code !== 'device-offline') return error;
  return new BellcrankError('connection-lost', error.message, { cause: error });
}

export function toError(error: unknown): BellcrankError {
  if (error instanceof BellcrankError) return error;
  return new BellcrankError('driver-fault', `the driver failed: ${messageOf(error)}`, { cause: error });
}
