import type { Clock, Timer } from '../../clock.ts';
import { changesOf, type KeyChange, seenOf, type SeenKeys } from './changes.ts';
import type { Edit, KeptKeys, KeyRecord, KeyStorage } from './key.ts';

/** How often it is looked although nobody asks. */
const lookMs = 2000;

export interface WatchParts {
  readonly storage: KeyStorage;
  readonly clock: Clock;
  /** Told of what others did to the keys, and of what has now been seen. */
  readonly changed: (changes: readonly KeyChange[], seen: SeenKeys) => void;
}

/** Keys in a file that other programs change, too: what they did is told, and what is done here is not. */
export class WatchedKeys implements KeyStorage {
  readonly #parts: WatchParts;
  #isWatching = false;
  #isClosed = false;
  #seen: SeenKeys | undefined;
  #records: readonly KeyRecord[] | undefined;
  /** What is written here and was not seen yet. */
  #own: SeenKeys = {};
  #timer: Timer | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** From now on changes are told, and first those since `seen`: what the process before saw; undefined if nothing is known. */
  begin(seen: SeenKeys | undefined): void {
    if (this.#isClosed) return;
    this.#seen = seen;
    this.#isWatching = true;
    this.#lookAgain();
  }

  read(): KeptKeys {
    const kept = this.#parts.storage.read();
    if (kept.damage === undefined) this.#see(kept.records);
    return kept;
  }

  async change<T>(edit: (records: readonly KeyRecord[]) => Edit<T>): Promise<T> {
    try {
      return await this.#parts.storage.change((records) => {
        // Nobody else writes until this is done.
        this.#see(records);
        const edited = edit(records);
        this.#own = seenOf(edited.records);
        return edited;
      });
    } catch (error) {
      this.#own = {};
      throw error;
    } finally {
      this.read();
    }
  }

  /** Looks a last time. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.read();
  }

  #lookAgain(): void {
    this.read();
    this.#timer = this.#parts.clock.timer(lookMs, () => this.#lookAgain());
  }

  #see(records: readonly KeyRecord[]): void {
    if (!this.#isWatching || records === this.#records) return;
    this.#records = records;
    const now = seenOf(records);
    const before = this.#seen ?? now;
    if (this.#seen !== undefined && JSON.stringify(before) === JSON.stringify(now)) return;
    const changes = changesOf(before, records, this.#own);
    this.#seen = now;
    this.#own = {};
    this.#parts.changed(changes, now);
  }
}
