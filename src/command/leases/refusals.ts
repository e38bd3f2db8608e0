import { BellcrankError } from '../../errors.ts';
import type { Lease } from './lease.ts';

const nothing = { outcome: 'not-sent', reason: 'leased' } as const;

/** Somebody else's lease is live. */
export function leased(device: string, lease: Lease, leftMs: number, token: string | undefined): BellcrankError {
  const { holder, note, expiresAt } = lease;
  const why = note === '' ? '' : ` (${JSON.stringify(note)})`;
  const yours = token === undefined ? '' : '; the Lease-Token that came is not, or no longer, the one of this lease';
  const detail = `device ${device} is leased by ${holder}${why} until ${new Date(expiresAt).toISOString()}${yours}`;
  return new BellcrankError('leased', detail, { ...nothing, retryAfterMs: leftMs });
}

/** Nobody holds a lease, but the client believes that it does. */
export function lost(device: string): BellcrankError {
  return new BellcrankError(
    'precondition-failed',
    `the lease of device ${device} that this Lease-Token stood for is over: it ran out, was released, or was stolen. ` +
      'Others may have used the device since; look at its state, then take a new lease with PUT and no Lease-Token',
    nothing,
  );
}

/** A dead-man lease has run out this very moment. */
export function stopping(device: string): BellcrankError {
  return new BellcrankError('stopped', `${causeOf(device)}; DELETE its stop when it is safe`, {
    ...nothing,
    reason: 'stopped',
  });
}

/** Why a dead-man lease stops its device. */
export function causeOf(device: string, holder?: string): string {
  const whose = holder === undefined ? 'its lease' : `the lease of ${holder}`;
  return `device ${device} is stopped because ${whose} ran out without being renewed`;
}

/** The device was removed while somebody asked for its lease. */
export function gone(device: string): BellcrankError {
  return new BellcrankError('device-not-found', `device ${device} was removed`);
}

export function tooSlow(): BellcrankError {
  return new BellcrankError(
    'journal-unavailable',
    'putting the lease on record took longer than it was to last; it is not granted. Ask for a longer ttlMs',
  );
}

/** The store says itself what is wrong with it; anything else that it throws is a reason all the same. */
export function notOnRecord(error: unknown): BellcrankError {
  if (error instanceof BellcrankError) return error;
  return new BellcrankError('journal-unavailable', 'the lease could not be put on record; nothing changed', {
    cause: error,
  });
}

export function tooMany(device: string): BellcrankError {
  return new BellcrankError('overloaded', `too many requests wait for the lease of ${device}; try again later`, {
    retryAfterMs: 1000,
  });
}
