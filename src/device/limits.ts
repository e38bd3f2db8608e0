import type { BackoffLimits } from './backoff.ts';
import type { LinkLimits } from './link.ts';

/** Every wait and every bound of the device runtime, in one place. */
export interface DeviceLimits {
  readonly attachTimeoutMs: number;
  readonly resyncTimeoutMs: number;
  readonly detachTimeoutMs: number;
  /** How long a removed device's commands may take to end by themselves. */
  readonly removeGraceMs: number;
  /** How long a handler may take to settle after its signal aborted. */
  readonly abortGraceMs: number;
  /** How long a stop waits for the handlers that it aborted. */
  readonly preemptMs: number;
  /** Silence that counts as quiet, unless the driver's timing says otherwise. */
  readonly quietMs: number;
  readonly drainMaxMs: number;
  /** How long a read waits for the line, and how long it or a poll may then take unless the driver says longer. */
  readonly readTimeoutMs: number;
  /** Between attempts to reach a silent device on an open line. */
  readonly probe: BackoffLimits;
  /** Between questions to a device that is said to be away. */
  readonly inquiry: BackoffLimits;
  readonly link: LinkLimits;
}

export const defaultLimits: DeviceLimits = {
  attachTimeoutMs: 5000,
  resyncTimeoutMs: 3000,
  detachTimeoutMs: 300,
  removeGraceMs: 500,
  abortGraceMs: 500,
  preemptMs: 20,
  quietMs: 60,
  drainMaxMs: 1000,
  readTimeoutMs: 3000,
  probe: { firstMs: 500, capMs: 30_000 },
  inquiry: { firstMs: 5000, capMs: 300_000 },
  link: {
    backoff: { firstMs: 250, capMs: 15_000 },
    stableMs: 5000,
    openTimeoutMs: 10_000,
    laneCapacity: 64,
    drainMaxMs: 1000,
  },
};
