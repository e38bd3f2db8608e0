import type { Clock } from '../../src/clock.ts';
import type { WireFace, WireSimulator } from '../simulator.ts';
import type { Turn } from '../../src/recording/index.ts';

/** A device that answers from a recording. */
export interface ReplaySimulator extends WireSimulator {
  /** What the recording has no answer to. */
  readonly log: ReplayLog;
  /** What was recorded and not asked for. */
  unasked(): readonly Turn[];
}

/** `match`: whatever is asked is answered as it was. `order`: only what was asked next is. */
export type ReplayBy = 'match' | 'order';

export interface ReplaySettings {
  readonly by: ReplayBy;
  /** `recorded`: answers take as long as they did. `none`: they come at once. */
  readonly timing: 'recorded' | 'none';
}

/** Something that the recording has no answer to. */
export interface Unexpected {
  readonly heard: Uint8Array;
  readonly topic?: string;
  /** What came next in the recording, by order. */
  readonly expected?: Turn;
}

/** What a replay did not expect, and what it waits for in vain; kept for whoever asks in the end. */
export class ReplayLog {
  readonly #listeners = new Set<(what: Unexpected) => void>();
  readonly #kept: Unexpected[] = [];
  #count = 0;

  /** How often something came that was not expected. */
  get count(): number {
    return this.#count;
  }

  /** The first hundred. */
  get unexpected(): readonly Unexpected[] {
    return this.#kept;
  }

  onUnexpected(listener: (what: Unexpected) => void): void {
    this.#listeners.add(listener);
  }

  add(what: Unexpected): void {
    this.#count++;
    if (this.#kept.length < 100) this.#kept.push(what);
    for (const listener of this.#listeners) listener(what);
  }
}

/** What a face of a replay is made of. */
export interface ReplayParts {
  readonly settings: ReplaySettings;
  readonly log: ReplayLog;
  readonly clock: Clock;
}

export interface ReplayFace {
  readonly wire: WireFace;
  /** What was recorded and not asked for. */
  unasked(): readonly Turn[];
  close(): void;
}
