import type { HistoryStore } from '../store.ts';
import { fingerprint } from './fingerprint.ts';

/** Which readings of a property are kept. */
export interface KeepRule {
  /**
   * `change`: a value that differs from the one kept last, and the same one again after `everyMs`. `interval`: whatever
   * it is, at most one every `everyMs`. `off`: none.
   */
  readonly keep: 'change' | 'interval' | 'off';
  /** In ms; 10 minutes by default for `change`, one minute for `interval`. */
  readonly everyMs?: number;
  /** With `change`: numbers that differ by no more than this from the one kept last are the same. */
  readonly deadband?: number;
}

export const defaultRule: KeepRule = { keep: 'change' };
export const defaultEveryMs = { change: 600_000, interval: 60_000 } as const;

/** Properties whose last value is remembered; of more, those that told nothing for longest are kept once too often. */
const defaultCapacity = 20_000;

interface Kept {
  readonly at: number;
  /** A number as such; anything else by its fingerprint. */
  readonly value: number | string;
}

export interface RecorderSettings {
  readonly history: Pick<HistoryStore, 'add'>;
  /** The rule of a property; undefined: the default one. */
  readonly ruleOf: (device: string, property: string) => KeepRule | undefined;
  readonly capacity?: number;
}

/** Decides which readings become history. */
export class Recorder {
  readonly #history: Pick<HistoryStore, 'add'>;
  readonly #ruleOf: RecorderSettings['ruleOf'];
  readonly #capacity: number;
  /** In the order of their last reading, the oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor({ history, ruleOf, capacity = defaultCapacity }: RecorderSettings) {
    this.#history = history;
    this.#ruleOf = ruleOf;
    this.#capacity = capacity;
  }

  /** `at` in ms since 1970. */
  take(device: string, property: string, value: unknown, at: number): void {
    const rule = this.#ruleOf(device, property) ?? defaultRule;
    if (rule.keep === 'off') return;
    const key = JSON.stringify([device, property]);
    const last = this.#kept.get(key);
    const next = { at, value: typeof value === 'number' ? value : fingerprint(value) };
    const isKept = last === undefined || isDue(rule, rule.keep, last, next);
    this.#remember(key, isKept ? next : last);
    if (isKept) this.#history.add({ device, property, value, at });
  }

  #remember(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size <= this.#capacity) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

function isDue({ everyMs, deadband }: KeepRule, keep: 'change' | 'interval', last: Kept, next: Kept): boolean {
  const elapsed = next.at - last.at;
  const period = everyMs ?? defaultEveryMs[keep];
  // A wall clock that was set back must not silence a property until it has caught up.
  if (elapsed < 0 || elapsed >= period) return true;
  // One in each slot: a poll that comes a moment early must not cost the whole next period.
  if (keep === 'interval') return Math.floor(next.at / period) !== Math.floor(last.at / period);
  return differs(last.value, next.value, deadband ?? 0);
}

function differs(last: number | string, next: number | string, deadband: number): boolean {
  if (typeof last === 'number' && typeof next === 'number') return Math.abs(next - last) > deadband;
  return last !== next;
}
