import type { Device } from '../device/device.ts';
import type { Effect } from '../driver/spec.ts';
import type { BellcrankError } from '../errors.ts';

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

/** Throws what the first gate that forbids it says. */
export function passGates(gates: readonly Gate[], attempt: Attempt): void {
  for (const gate of gates) {
    const error = gate.check(attempt);
    if (error !== undefined) throw error;
  }
}
