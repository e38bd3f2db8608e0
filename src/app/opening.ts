import type { Clock } from '../clock.ts';
import type { Control } from '../command/control.ts';
import type { Store } from '../store/store.ts';
import { withinGrace } from './within-grace.ts';

/** How long a start waits for the store; after that it is in trouble, and goes on opening. */
const openGraceMs = 5000;

export async function openedWithinGrace(store: Store, clock: Clock): Promise<void> {
  await withinGrace(store.attempted, clock, openGraceMs);
  if (store.trouble === undefined) await withinGrace(store.notices.attempted, clock, openGraceMs);
}

export async function restoredWithinGrace(
  control: Control,
  store: Store,
  clock: Clock,
  then: () => void,
): Promise<void> {
  const restored = control.restore();
  void restored.then(then);
  if (store.trouble === undefined) await withinGrace(restored, clock, openGraceMs);
}
