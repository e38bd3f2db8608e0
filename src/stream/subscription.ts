import type { StreamEntry } from './entry.ts';
import { fits, type StreamFilter } from './filter.ts';
import type { Ring } from './ring.ts';

/** Where entries go. */
export interface Sink {
  /** False: that was all for now; whoever made the subscription calls `flow` once more fits in. */
  write(frame: Uint8Array): boolean;
  /** It was read so slowly that entries have gone meanwhile: there is no going on. */
  overrun(): void;
}

export interface Subscriber {
  readonly filter: StreamFilter;
  /** Whether this reader may be told. What it may not be told it does not miss. */
  readonly mayHear: (entry: StreamEntry) => boolean;
  /** How an entry is told; whole, if absent. */
  readonly frameOf?: (entry: StreamEntry) => Uint8Array;
  readonly sink: Sink;
  /** Tells what follows this id. */
  readonly after: number;
}

/**
 * One reader's place in the stream. A reader who keeps up is told at once; one who does not stands still and catches up
 * from the ring that all share, so that what waits for a slow reader is a number and no memory.
 */
export class Subscription {
  readonly #subscriber: Subscriber;
  readonly #ring: Ring;
  readonly #leave: () => void;
  #cursor: number;
  #flows = false;
  #closed = false;
  #known: ((entry: StreamEntry) => boolean) | undefined;

  constructor(subscriber: Subscriber, ring: Ring, leave: () => void) {
    this.#subscriber = subscriber;
    this.#ring = ring;
    this.#leave = leave;
    this.#cursor = subscriber.after;
  }

  get filter(): StreamFilter {
    return this.#subscriber.filter;
  }
  /** Whether it is told what comes as it comes. */
  get flows(): boolean {
    return this.#flows;
  }
  /** Entries that it had not been told have gone. */
  get isOverrun(): boolean {
    return !this.#flows && this.#ring.lost > this.#cursor;
  }

  /** What its reader knows already, while it catches up for the first time. */
  set known(known: (entry: StreamEntry) => boolean) {
    this.#known = known;
  }

  /** Catches up, and goes on from there until its sink is full. It stands still until this is called. */
  flow(): void {
    if (this.#flows || this.#closed) return;
    if (this.isOverrun) return this.#subscriber.sink.overrun();
    for (const entry of this.#ring.after(this.#cursor)) {
      this.#cursor = entry.id;
      if (this.#known?.(entry) === true || !fits(this.filter, entry)) continue;
      if (!this.#write(entry)) return;
    }
    this.#known = undefined;
    this.#flows = true;
  }

  /** Takes an entry that has just come and that fits. */
  offer(entry: StreamEntry): void {
    if (!this.#flows) return;
    this.#cursor = entry.id;
    this.#flows = this.#write(entry);
  }

  close(): void {
    this.#closed = true;
    this.#flows = false;
    this.#leave();
  }

  #write(entry: StreamEntry): boolean {
    const { mayHear, frameOf, sink } = this.#subscriber;
    if (!mayHear(entry)) return true;
    const goesOn = sink.write(frameOf?.(entry) ?? entry.frame);
    return goesOn && !this.#closed;
  }
}
