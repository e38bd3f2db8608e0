import type { Clock } from '../clock.ts';
import type { Control } from '../command/control.ts';
import type { Store } from '../store/store.ts';

/** How long a start waits for the store; after that it is in trouble, and goes on opening. */
const openGraceMs = 5000;

export async function openedWithinGrace(store: Store, clock: Clock): Promise<void> {
  await withinGrace(store.attempted, clock);
  if (store.trouble === undefined) await withinGrace(store.notices.attempted, clock);
}

export async function restoredWithinGrace(
  control: Control,
  store: Store,
  clock: Clock,
  then: () => void,
): Promise<void> {
  const restored = control.restore();
  void restored.then(then);
  if (store.trouble === undefined) await withinGrace(restored, clock);
}

/** Waits for what goes on by itself, within reason. */
async function withinGrace(promise: Promise<unknown>, clock: Clock): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = clock.timer(openGraceMs, resolve);
  void promise.then(() => resolve());
  await over;
  timer.cancel();
}
