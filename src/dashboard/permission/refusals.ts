import { refusedEvent } from '../boot/refused.ts';

/** How often there was reason to ask anew what whoever looks may do. */
let reasons = 0;

addEventListener(refusedEvent, () => (reasons += 1));

/** For `useSyncExternalStore`: changes whenever the service has refused something for the want of a scope. */
export function reasonsToAsk(): number {
  return reasons;
}

export function onReason(listener: () => void): () => void {
  addEventListener(refusedEvent, listener);
  return () => removeEventListener(refusedEvent, listener);
}

/** Somebody presses what they may not: they may know better. */
export function askAgain(): void {
  dispatchEvent(new Event(refusedEvent));
}
