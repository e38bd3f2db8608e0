import { AsyncLocalStorage } from 'node:async_hooks';
import type { Cause } from '../transport/connection.ts';

/**
 * Why a value was told: within a command's call, because somebody asked for it (a poll, a read), or by the device itself.
 * Where that is not beyond doubt it is `external`: no command is claimed to have done what it may not have done.
 */
export type ValueCause =
  | { readonly kind: 'command'; readonly commandId: string }
  | { readonly kind: 'poll' }
  | { readonly kind: 'external' };

export const polled: ValueCause = { kind: 'poll' };
export const external: ValueCause = { kind: 'external' };

/** Whose call is being run. */
export interface Running {
  readonly cause: Cause;
  readonly call: { readonly isOver: boolean };
}

/** Follows a handler through everything that it awaits; it holds nothing by itself. */
const calls = new AsyncLocalStorage<Running | undefined>();

/** Runs a handler: what it reports has its call for a cause. */
export function withinCall<T>(running: Running, run: () => T): T {
  return calls.run(running, run);
}

/** Whose driver's code is being run, be its call over or not. */
export function driverNow(): Cause | undefined {
  return calls.getStore()?.cause;
}

/**
 * For what is handed to a wire: whatever comes back over that is nobody's until somebody takes it for an answer. Taken
 * once, here where no call is under way: `run(undefined, …)` would make another context for each write.
 */
export const outsideCalls: <T>(run: () => T) => T = AsyncLocalStorage.snapshot();

/** The cause of what is told of a device now. A call that is over has told all that it had to. */
export function causeNow(device: string): ValueCause {
  const running = calls.getStore();
  if (running === undefined || running.call.isOver || running.cause.device !== device) return external;
  const { kind, id } = running.cause.call ?? {};
  if (kind === 'attach') return external;
  if (id !== undefined && (kind === 'command' || kind === 'stop')) return { kind: 'command', commandId: id };
  return kind === 'stop' ? external : polled;
}
