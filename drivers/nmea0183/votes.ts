import type { FixMode } from './model.ts';
import type { SentenceType } from './sentence.ts';

interface Vote {
  /** Why the fix is not valid; undefined: it is. */
  readonly why: string | undefined;
  readonly at: number;
}

const ranks: Readonly<Record<FixMode, number>> = { none: 0, '2d': 1, '3d': 2 };

/** Systems that tell their own fix mode; a receiver has a handful. */
const maxSystems = 32;

/**
 * Whether the fix is valid. Every kind of sentence that speaks of it has a vote, and one "no" suffices: a receiver that
 * contradicts itself is not believed. A vote lapses with its kind of sentence.
 */
export class Votes {
  readonly #lapseMs: number;
  readonly #votes = new Map<SentenceType, Vote>();
  readonly #modes = new Map<string, { readonly mode: FixMode; readonly at: number }>();

  constructor(lapseMs: number) {
    this.#lapseMs = lapseMs;
  }

  cast(type: SentenceType, validity: 'valid' | { readonly why: string }, at: number): void {
    this.#votes.set(type, { why: validity === 'valid' ? undefined : validity.why, at });
  }

  /** GSA's vote is that of the system with the best fix: one that contributes nothing says 1 beside another's 3. */
  castMode(system: string, mode: FixMode, at: number): FixMode {
    if (this.#modes.size >= maxSystems) this.#modes.clear();
    this.#modes.set(system, { mode, at });
    const best = this.mode(at) ?? mode;
    this.cast('GSA', best === 'none' ? { why: 'no fix: GSA says mode 1' } : 'valid', at);
    return best;
  }

  mode(now: number): FixMode | undefined {
    const fresh = [...this.#modes.values()].filter(({ at }) => now - at <= this.#lapseMs).map(({ mode }) => mode);
    return fresh.toSorted((a, b) => ranks[b] - ranks[a])[0];
  }

  /** Why the fix is not valid; undefined if nobody says so. */
  refusal(now: number): string | undefined {
    return this.#fresh(now).find(({ why }) => why !== undefined)?.why;
  }

  /** Whether anybody speaks of the fix at all. */
  any(now: number): boolean {
    return this.#fresh(now).length > 0;
  }

  #fresh(now: number): Vote[] {
    return [...this.#votes.values()].filter(({ at }) => now - at <= this.#lapseMs);
  }
}
