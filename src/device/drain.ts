import type { Clock, Timer } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { ByteConnection } from '../transport/connection.ts';

export interface DrainLimits {
  /** Silence that counts as quiet. */
  readonly quietMs: number;
  /** Longest wait for it. */
  readonly maxMs: number;
}

/**
 * Resolves after `quietMs` without input. Rejects with `device-protocol` when the line does not fall silent, and with
 * the signal's reason.
 */
export function drainUntilQuiet(
  connection: ByteConnection,
  clock: Clock,
  limits: DrainLimits,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  let heard = 0;
  const wait = (): Timer => {
    const before = heard;
    // Node runs timers before I/O: input may be waiting although nothing was heard.
    return clock.timer(limits.quietMs, () => {
      void clock.ioTurn().then(() => {
        if (heard === before) resolve();
      });
    });
  };
  let quiet = wait();
  const stopListening = connection.onData(() => {
    heard++;
    quiet.cancel();
    quiet = wait();
  });
  const limit = clock.timer(limits.maxMs, () =>
    reject(new BellcrankError('device-protocol', `${connection.label} did not fall silent within ${limits.maxMs} ms`)),
  );
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    quiet.cancel();
    limit.cancel();
    stopListening();
    signal.removeEventListener('abort', onAbort);
  });
}
