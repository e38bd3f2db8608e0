import { type Clock, delay } from '../clock.ts';
import { backoffMs, probePauseMs } from './backoff.ts';
import type { Life } from './life.ts';
import type { DeviceLimits } from './limits.ts';
import type { Preemption } from './preemption.ts';
import { linkSignals } from './signals.ts';

export interface AttemptParts {
  readonly clock: Clock;
  readonly life: Life;
  readonly limits: DeviceLimits;
  readonly random: () => number;
  /** Waits until it may attach; resolves with what to call when it has. */
  admitted(signal: AbortSignal, goesFirst: boolean): Promise<() => void>;
  /** Nobody else waits for its line, so that probing it holds nobody up. */
  isAlone(): boolean;
}

/** Tries to attach until one attempt has, or the signal aborts, with a pause after each. */
export async function untilAttached(
  parts: AttemptParts,
  preemption: Preemption,
  signal: AbortSignal,
  attach: (attempt: number) => Promise<boolean>,
): Promise<void> {
  const { clock, life } = parts;
  for (let attempt = 0; !signal.aborted;) {
    const leave = await admitted(parts, preemption, signal);
    const startedAt = clock.monotonic();
    const attached = await attach(attempt).finally(leave);
    if (attached || signal.aborted) return;
    // A stop that broke it off, or comes while it pauses, is to reach the device as soon as that answers.
    if (!preemption.came) await pause(parts, preemption, signal, clock.monotonic() - startedAt, attempt++);
    preemption.begin();
    if (signal.aborted) return;
    life.apply('open');
  }
}

/** Waits for its turn among those that attach; a stop that comes meanwhile puts it in front. */
async function admitted(parts: AttemptParts, preemption: Preemption, signal: AbortSignal): Promise<() => void> {
  while (!signal.aborted) {
    const linked = linkSignals(signal, preemption.begin());
    try {
      return await parts.admitted(linked.signal, parts.life.latch !== undefined);
    } catch {
      // The connection has gone, or a stop came.
    } finally {
      linked.unlink();
    }
  }
  return () => {};
}

async function pause(
  parts: AttemptParts,
  preemption: Preemption,
  signal: AbortSignal,
  probeMs: number,
  attempt: number,
): Promise<void> {
  const linked = linkSignals(signal, preemption.begin());
  const restMs = backoffMs(attempt, parts.limits.probe, parts.random());
  await delay(parts.clock, parts.isAlone() ? restMs : probePauseMs(probeMs, restMs), linked.signal).catch(() => {});
  linked.unlink();
}
