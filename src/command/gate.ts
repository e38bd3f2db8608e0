import type { Device } from '../device/device.ts';
import type { Effect } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import { need } from './need.ts';
import type { Passage } from './step.ts';

/** What somebody wants to do to a device. */
export interface Attempt {
  readonly device: Device;
  /** A command's name, or `write:<property>`. */
  readonly command: string;
  readonly effect: Effect;
  readonly by: string;
  /** The token of a lease, as the client sent it. */
  readonly leaseToken?: string | undefined;
}

/**
 * What may forbid a command: asked when it is accepted and again just before its first byte leaves. Cheap and
 * synchronous, because nothing may come between the last answer and the byte.
 */
export interface Gate {
  /** Why it is forbidden now, for the person who asked; undefined if it is not. */
  check(attempt: Attempt): BellcrankError | undefined;
}

/** A stopped device takes nothing but reads. */
export const stopGate: Gate = {
  check({ device, effect }) {
    if (!device.latched || effect === 'read') return undefined;
    return new BellcrankError(
      'stopped',
      `device ${device.id} was stopped by ${device.latchedBy ?? 'somebody'}; DELETE its stop when it is safe`,
      {
        outcome: 'not-sent',
        reason: 'stopped',
      },
    );
  },
};

export function attemptOf({ device, resolved, submission }: Passage): Attempt {
  const { command, by, leaseToken } = submission;
  return { device: need(device), command, effect: need(resolved).spec.effect, by, leaseToken };
}

/** Throws what the first gate says that forbids it. */
export function assertAllowed(gates: readonly Gate[], passage: Passage): void {
  const attempt = attemptOf(passage);
  for (const gate of gates) {
    const error = gate.check(attempt);
    if (error !== undefined) throw error;
  }
}
