import type { Caller } from '../access/caller.ts';
import type { DeviceRef, Need } from '../access/scope.ts';
import type { Device } from '../device/device.ts';
import { rawCommand } from '../driver/built-in.ts';
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
  /** The token of a lease, as the client sent it. */
  readonly leaseToken?: string | undefined;
}

/**
 * What may forbid a command: asked when it is accepted and again just before its first byte leaves. Cheap and
 * synchronous, because nothing may come between the last answer and the byte.
 */
export interface Gate {
  /** Why it is forbidden now, for the person who asked; undefined if it is not. */
  check(attempt: Attempt, caller: Caller): BellcrankError | undefined;
}

/** What is needed to send a command: the bare wire is the service's own, since no limit of the device holds there. */
export function needToSend(device: DeviceRef, command: string): Need & { readonly device: DeviceRef } {
  return command === rawCommand ? { action: 'admin', device } : { action: 'command', device, command };
}

/** Nobody does to a device what they lack the scope for, whichever way they came in. */
export const accessGate: Gate = {
  check({ device, command }, caller) {
    const refusal = caller.refusal(needToSend(device, command));
    if (refusal === undefined) return undefined;
    return new BellcrankError(refusal.code, refusal.message, { outcome: 'not-sent', reason: 'forbidden' });
  },
};

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
  const { command, leaseToken } = submission;
  return { device: need(device), command, effect: need(resolved).spec.effect, leaseToken };
}

/** Throws what the first gate says that forbids it. */
export function assertAllowed(gates: readonly Gate[], passage: Passage): void {
  const attempt = attemptOf(passage);
  for (const gate of gates) {
    const error = gate.check(attempt, passage.submission.caller);
    if (error !== undefined) throw error;
  }
}
