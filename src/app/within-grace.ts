import type { Clock } from '../clock.ts';

/** Waits for what goes on by itself, within reason. */
export async function withinGrace(promise: Promise<unknown>, clock: Clock, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = clock.timer(ms, resolve);
  void promise.then(() => resolve());
  await over;
  timer.cancel();
}
