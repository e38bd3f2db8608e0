import type { Clock, Timer } from '../clock.ts';
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

/** Longest one: a timer of Node holds no more than 24 days. */
const maxPauseMs = 86_400_000;

/** However often a device describes itself anew, what is new is looked for no more often than this. */
const lookMs = 1000;

/**
 * Keeps the polled properties of one session fresh. One round is under way at a time, so on a slow line missed periods
 * collapse instead of piling up. Between two rounds it sleeps until something is due or the device describes itself anew:
 * there may be thousands.
 */
export class Poller {
  readonly #target: PollTarget;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** By name, on the monotonic clock: when it is read next. */
  readonly #due = new Map<string, number>();
  #lookedAt = -Infinity;
  /** The model has become another one since it was looked at. */
  #isAnew = false;
  #sleep: { timer: Timer; readonly wake: () => void } | undefined;

  constructor(target: PollTarget, clock: Clock, signal: AbortSignal) {
    this.#target = target;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Resolves when its signal has aborted, or when there is nothing to poll: most devices only ever tell. */
  async run(): Promise<void> {
    const over = (): void => this.#sleep?.wake();
    this.#signal.addEventListener('abort', over, { once: true });
    while (!this.#signal.aborted) {
      this.#isAnew = false;
      const periods = polledProperties(this.#target.model());
      if (periods.size === 0) break;
      await this.#round(periods);
      if (!this.#signal.aborted) await this.#pause();
    }
    this.#signal.removeEventListener('abort', over);
  }

  /** What it polls may be something else now. */
  remodelled(): void {
    if (this.#isAnew) return;
    this.#isAnew = true;
    if (this.#sleep === undefined) return;
    this.#sleep.timer.cancel();
    this.#sleep.timer = this.#alarm(this.#sleep.wake);
  }

  async #round(periods: ReadonlyMap<string, number>): Promise<void> {
    const now = this.#clock.monotonic();
    this.#lookedAt = now;
    for (const name of this.#due.keys()) if (!periods.has(name)) this.#due.delete(name);
    for (const name of periods.keys()) if (!this.#due.has(name)) this.#due.set(name, now);
    const names = [...this.#due].filter(([, at]) => at <= now).map(([name]) => name);
    for (const group of this.#target.group(names)) {
      if (group.length > 0 && !this.#signal.aborted) await this.#target.poll(group);
    }
    const after = this.#clock.monotonic();
    for (const name of names) {
      this.#due.set(name, Math.max((this.#due.get(name) ?? now) + (periods.get(name) ?? 0), after));
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#sleep?.timer.cancel();
        this.#sleep = undefined;
        resolve();
      };
      this.#sleep = { timer: this.#alarm(wake), wake };
    });
  }

  #alarm(wake: () => void): Timer {
    const now = this.#clock.monotonic();
    const dueAt = Math.min(now + maxPauseMs, ...this.#due.values());
    const at = this.#isAnew ? Math.min(dueAt, this.#lookedAt + lookMs) : dueAt;
    return this.#clock.timer(Math.max(minPollMs, at - now), wake);
  }
}

export function polledProperties(model: Model): Map<string, number> {
  const periods = new Map<string, number>();
  for (const [name, spec] of Object.entries(model.properties)) {
    if (spec.access !== 'write' && spec.source !== 'pushed') periods.set(name, spec.source.pollMs);
  }
  return periods;
}
