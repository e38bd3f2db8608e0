import type { Clock } from '../clock.ts';
import { Audience } from './audience.ts';
import { Entry, type News, type StreamEntry } from './entry.ts';
import { Ring } from './ring.ts';
import { type Subscriber, Subscription } from './subscription.ts';

export interface StreamParts {
  readonly clock: Pick<Clock, 'now'>;
  /** Entries that are kept for those who come back; 50,000 by default. */
  readonly maxEntries?: number;
  /** Characters of JSON that are kept; 16 million by default. */
  readonly maxBytes?: number;
  /** A listener failed, which it must not. */
  readonly failed?: (error: unknown) => void;
}

/**
 * Why nobody can go on after an id: it has gone (`expired`), is of another run of the service (`restarted`), or is none
 * that there has been (`unknown`).
 */
export type GapReason = 'expired' | 'restarted' | 'unknown';

/** Ids are times, in µs: room for a thousand entries in each millisecond that the wall clock shows. */
const idsPerMs = 1000;

/** So long what happens is kept for those who have gone, ms. */
const absenceMs = 3_600_000;

/** Everything that happens, in the order in which it is told; the latest of it is kept. */
export class Stream {
  readonly #parts: StreamParts;
  readonly #ring: Ring;
  readonly #audience = new Audience();
  readonly #listeners = new Set<(entry: StreamEntry) => void>();
  /** What was published while something else was being told. */
  readonly #waiting: Entry[] = [];
  #telling = false;
  /** Somebody follows, or knows an id to come back with. */
  #isHeard = false;
  /** When the last one went, wall clock in ms. */
  #deserted = 0;
  readonly #firstId: number;
  #lastId: number;

  constructor(parts: StreamParts) {
    const { clock, maxEntries = 50_000, maxBytes = 16_000_000 } = parts;
    this.#parts = parts;
    this.#ring = new Ring({ maxEntries, maxBytes });
    this.#firstId = clock.now() * idsPerMs;
    this.#lastId = this.#firstId;
  }

  /** Where the stream stands: whoever knows everything up to here misses nothing after it. */
  get lastId(): number {
    return this.#lastId;
  }
  /** What is kept. */
  get kept(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#ring.size, bytes: this.#ring.bytes };
  }

  /**
   * Whether what happens is worth telling: somebody follows, or has followed within the hour and may come back. Whoever
   * makes news that cost something asks first, and calls `pass` where nobody is there.
   */
  get isHeard(): boolean {
    if (this.#isHeard && this.#isDeserted && this.#parts.clock.now() - this.#deserted > absenceMs)
      this.#isHeard = false;
    return this.#isHeard;
  }

  get #isDeserted(): boolean {
    return this.#listeners.size === 0 && this.#audience.isEmpty;
  }

  /** Something happened while nobody was there: it has an id, and is gone. */
  pass(): void {
    this.#nextId();
    this.#ring.clear(this.#lastId);
  }

  #nextId(): number {
    const at = this.#parts.clock.now();
    this.#lastId = Math.max(this.#lastId + 1, at * idsPerMs);
    return at;
  }

  /** Never throws, and never waits. */
  publish(news: News): void {
    if (!this.isHeard) return this.pass();
    const at = this.#nextId();
    const entry = new Entry(this.#lastId, at, news);
    this.#ring.push(entry);
    this.#waiting.push(entry);
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#tell(next);
    } finally {
      this.#telling = false;
    }
  }

  /** Hears of every entry, in order, from now on. Returns the way to stop. */
  follow(listener: (entry: StreamEntry) => void): () => void {
    this.#listeners.add(listener);
    this.#isHeard = true;
    return () => {
      this.#listeners.delete(listener);
      this.#deserted = this.#parts.clock.now();
    };
  }

  /** A place in the stream; `flow` sets it going. */
  subscribe(subscriber: Subscriber): Subscription {
    const subscription = new Subscription(subscriber, this.#ring, () => {
      this.#audience.delete(subscription);
      this.#deserted = this.#parts.clock.now();
    });
    this.#audience.add(subscription);
    this.#isHeard = true;
    return subscription;
  }

  /** Why whoever has heard everything up to an id cannot go on from there; undefined if that is possible. */
  gapAfter(id: number): GapReason | undefined {
    if (id > this.#lastId) return 'unknown';
    if (id < this.#firstId) return 'restarted';
    return id < this.#ring.lost ? 'expired' : undefined;
  }

  #tell(entry: Entry): void {
    this.#audience.tell(entry);
    for (const listener of this.#listeners) {
      try {
        listener(entry);
      } catch (error) {
        this.#parts.failed?.(error);
      }
    }
    entry.settle();
  }
}

/** The time that an id stands for, ms since 1970. */
export function timeOfId(id: number): number {
  return Math.floor(id / idsPerMs);
}
