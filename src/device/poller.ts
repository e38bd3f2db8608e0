import { type Clock, delay } from '../clock.ts';
import type { Model } from '../driver/spec.ts';

export interface PollTarget {
  /** As it is now: a device may describe itself anew. */
  model(): Model;
  /** Which of them are read in one go. */
  group(names: readonly string[]): readonly (readonly string[])[];
  /** Reads what is due; failures are recorded by whoever reads, never thrown. */
  poll(names: readonly string[]): Promise<void>;
}

/** Shortest pause between two rounds, whatever a model asks for. */
const minPollMs = 10;

/**
 * Keeps the polled properties of one session fresh. One round is under way at a time, so on a slow line missed periods
 * collapse instead of piling up. Ends when there is nothing to poll: thousands of devices only ever tell.
 */
export async function pollLoop(target: PollTarget, clock: Clock, signal: AbortSignal): Promise<void> {
  const due = new Map<string, number>();
  while (!signal.aborted) {
    const now = clock.monotonic();
    const periods = polledProperties(target.model());
    if (periods.size === 0) return;
    for (const name of due.keys()) if (!periods.has(name)) due.delete(name);
    for (const name of periods.keys()) if (!due.has(name)) due.set(name, now);
    const names = [...due].filter(([, at]) => at <= now).map(([name]) => name);
    for (const group of target.group(names)) {
      if (group.length > 0 && !signal.aborted) await target.poll(group);
    }
    const after = clock.monotonic();
    for (const name of names) due.set(name, Math.max((due.get(name) ?? now) + (periods.get(name) ?? 0), after));
    const nextAt = Math.min(after + 1000, ...due.values());
    await delay(clock, Math.max(minPollMs, nextAt - after), signal).catch(() => {});
  }
}

export function polledProperties(model: Model): Map<string, number> {
  const periods = new Map<string, number>();
  for (const [name, spec] of Object.entries(model.properties)) {
    if (spec.access !== 'write' && spec.source !== 'pushed') periods.set(name, spec.source.pollMs);
  }
  return periods;
}
