import type { Clock } from '../clock.ts';

/**
 * Waits for what may never come: until it does, until one of the others settles, the signal aborts, or `ms` are over. Tells
 * nothing of which; whoever waits looks for himself. A rejection ends the wait like anything else.
 */
export async function settledWithin(
  ms: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  ...promises: readonly Promise<unknown>[]
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  // What has been read by then is heard first.
  const timer = clock.timer(ms, () => void clock.ioTurn().then(end));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  for (const awaited of promises) awaited.then(end, end);
  await promise;
  timer.cancel();
  signal.removeEventListener('abort', end);
}
