import { useSyncExternalStore } from 'react';
import { serviceNow } from '../live/service-clock.ts';

const listeners = new Set<() => void>();
let now = serviceNow();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Nobody has looked at it for a while.
  if (timer === undefined) now = serviceNow();
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = serviceNow();
  for (const listener of listeners) listener();
}

/** The service's wall clock, ms, by the second: one timer for all that show it. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
