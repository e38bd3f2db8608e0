import type { Clock } from '../../clock.ts';
import type { Store } from '../store.ts';

const prefix = 'simulated:';

export interface SimulatedPastParts {
  readonly store: Pick<Store, 'facts' | 'opened'>;
  readonly clock: Pick<Clock, 'now'>;
  /** How long anything of a history is kept, ms. */
  readonly keepMs: number;
  /** Those that there are. */
  readonly devices: () => readonly Known[];
}

interface Known {
  readonly id: string;
  readonly simulated: boolean;
}

/** On record of each device that is or was simulated; `until`: wall clock, ms, absent as long as it is there and is. */
interface Kept {
  readonly until?: number;
}

/**
 * Of which devices there are readings that a simulator told. A device that is simulated today may be real tomorrow, and all
 * its readings stand in one history.
 */
export class SimulatedPast {
  readonly #parts: SimulatedPastParts;
  #isOpen = false;

  constructor(parts: SimulatedPastParts) {
    this.#parts = parts;
    void parts.store.opened.then(() => this.#open());
  }

  /** Until when readings of a device may be those of a simulated one, ms since 1970; undefined if none is. */
  until(id: string): number | undefined {
    const kept = this.#kept(id);
    return kept === undefined ? undefined : (kept.until ?? Infinity);
  }

  /** From now on the device is this one. */
  added({ id, simulated }: Known): void {
    if (!this.#isOpen) return;
    const kept = this.#kept(id);
    const wasSimulated = kept !== undefined && kept.until === undefined;
    if (simulated === wasSimulated) return;
    this.#set(prefix + id, simulated ? {} : { until: this.#parts.clock.now() });
  }

  /** What is told of it from now on is another's. */
  removed(id: string): void {
    if (this.#isOpen) this.added({ id, simulated: false });
  }

  #open(): void {
    const { store, clock, keepMs, devices } = this.#parts;
    this.#isOpen = true;
    const since = clock.now() - keepMs;
    const there = devices();
    const ids = new Set(there.map(({ id }) => id));
    for (const [key, value] of store.facts.entries(prefix)) {
      const { until = Infinity } = value as Kept; // put there by this class
      const id = key.slice(prefix.length);
      if (until < since) this.#set(key, undefined);
      else if (!ids.has(id)) this.removed(id);
    }
    for (const device of there) this.added(device);
  }

  #kept(id: string): Kept | undefined {
    return this.#parts.store.facts.get(prefix + id) as Kept | undefined; // put there by this class
  }

  #set(key: string, kept: Kept | undefined): void {
    // What cannot be put on record is tried again with the next start.
    this.#parts.store.facts.set(key, kept).catch(() => {});
  }
}
