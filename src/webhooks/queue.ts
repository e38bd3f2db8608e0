import { type Delivery, gapOf, isGap, type Lost, lostMore } from './delivery.ts';
import { Places } from './places.ts';

export interface QueueBounds {
  readonly maxEvents: number;
  /** Characters of all bodies. */
  readonly maxBytes: number;
}

/** Something that waits: `number` grows from one to the next, `place` is where it is on record. */
export interface Waiting {
  readonly number: number;
  readonly place: number;
  readonly delivery: Delivery;
}

/** What is on record of a queue. */
export interface Kept {
  readonly waiting: readonly Waiting[];
  readonly lost: Lost | undefined;
}

/** Where it puts on record what it holds. Places are used again and again: there are as many as wait at most. */
export interface QueueRecord {
  put(place: number, waiting: Waiting | undefined): void;
  lose(lost: Lost | undefined): void;
}

/**
 * What waits for one receiver, in order. When it is full the oldest are given up, and a message that says so goes before
 * those that are left. Nothing is put on record before `restore`.
 */
export class Queue {
  readonly #bounds: QueueBounds;
  readonly #record: QueueRecord;
  readonly #places = new Places();
  #waiting: Waiting[] = [];
  /** Under way; it is not given up for others. */
  #current: Waiting | undefined;
  #lost: Lost | undefined;
  #bytes = 0;
  #last = 0;
  #dropped = 0;
  #isRecording = false;

  constructor(bounds: QueueBounds, record: QueueRecord) {
    this.#bounds = bounds;
    this.#record = record;
  }

  get length(): number {
    return this.#waiting.length + (this.#current === undefined ? 0 : 1) + (this.#lost === undefined ? 0 : 1);
  }
  get bytes(): number {
    return this.#bytes;
  }
  /** Events that were given up, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  add(delivery: Delivery): void {
    this.#waiting.push(this.#placed(this.#last + 1, delivery));
    this.#bound();
  }

  /** Those of before come before all that were added meanwhile, but for one that is under way. */
  restore({ waiting, lost }: Kept): void {
    const [current, early, lostEarly] = [this.#current, this.#waiting, this.#lost];
    this.#isRecording = true;
    this.#places.begin(waiting.map(({ place }) => place));
    this.#waiting = waiting.toSorted((a, b) => a.number - b.number);
    this.#last = Math.max(0, ...waiting.map(({ number }) => number));
    this.#bytes = waiting.reduce((sum, { delivery }) => sum + delivery.body.length, 0);
    this.#lost = lost ?? lostEarly;
    const [first] = this.#waiting;
    if (current !== undefined) this.#current = this.#placed(0, current.delivery);
    // It was under way: others were given up since.
    else if (first !== undefined && first.number <= (this.#lost?.last ?? Infinity))
      this.#current = this.#waiting.shift();
    for (const { delivery } of early) this.#waiting.push(this.#placed(this.#last + 1, delivery));
    this.#bound();
  }

  /** The next one to be delivered: the same until it is done. */
  next(): Delivery | undefined {
    this.#current ??= this.#gap() ?? this.#waiting.shift();
    return this.#current?.delivery;
  }

  /** What is under way has been delivered. */
  done(): void {
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) this.#leave(current);
  }

  /** What is under way is given up. A receiver that does not take a gap either would be told of nothing else. */
  giveUp(): void {
    const current = this.#current;
    if (current === undefined || isGap(current.delivery)) return this.done();
    this.#current = undefined;
    this.#drop(current);
  }

  clear(): void {
    this.done();
    for (const waiting of this.#waiting.splice(0)) this.#leave(waiting);
    this.#setLost(undefined);
  }

  #placed(number: number, delivery: Delivery): Waiting {
    const waiting = { number, place: this.#places.take(), delivery };
    this.#last = Math.max(this.#last, number);
    this.#bytes += delivery.body.length;
    if (this.#isRecording) this.#record.put(waiting.place, waiting);
    return waiting;
  }

  #leave({ place, delivery }: Waiting): void {
    this.#bytes -= delivery.body.length;
    this.#places.give(place);
    if (this.#isRecording) this.#record.put(place, undefined);
  }

  #bound(): void {
    const { maxEvents, maxBytes } = this.#bounds;
    let gone = 0;
    while (gone < this.#waiting.length && (this.#waiting.length - gone > maxEvents || this.#bytes > maxBytes)) {
      const oldest = this.#waiting[gone++];
      if (oldest !== undefined) this.#drop(oldest);
    }
    if (gone > 0) this.#waiting.splice(0, gone);
  }

  #drop(waiting: Waiting): void {
    const { number, delivery } = waiting;
    this.#leave(waiting);
    this.#dropped += 1;
    this.#setLost(lostMore(this.#lost, delivery.at, number));
  }

  #setLost(lost: Lost | undefined): void {
    this.#lost = lost;
    if (this.#isRecording) this.#record.lose(lost);
  }

  /** It has a place as any other, so that it is on record while it is under way; it comes before all that wait. */
  #gap(): Waiting | undefined {
    if (this.#lost === undefined) return undefined;
    const gap = this.#placed(this.#lost.last, gapOf(this.#lost));
    this.#setLost(undefined);
    return gap;
  }
}
