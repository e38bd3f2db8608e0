import type { Cause } from '../connection.ts';
import type { TraceEntry } from './entry.ts';
import type { Chunk } from './payload.ts';

/** Bytes that passed on a stream. */
export interface Passage {
  readonly at: number;
  readonly time: number;
  readonly kind: 'sent' | 'heard';
  readonly chunk: Chunk;
  readonly cause: Cause;
}

/**
 * The newest entries of a trace, bounded by their number and by what they hold. What passes on a byte stream is kept in
 * columns and made an entry of when somebody looks: of what lives for a thousand exchanges the collector moves every
 * object, and a text is one.
 */
export class Ring {
  readonly #most: number;
  readonly #mostBytes: number;
  /** A place is where a sequence falls. */
  readonly #what: (TraceEntry | string | undefined)[] = [];
  readonly #causes: (Cause | undefined)[] = [];
  readonly #at: number[] = [];
  readonly #time: number[] = [];
  readonly #isSent: boolean[] = [];
  /** 0 where all of it is kept. */
  readonly #cutFrom: number[] = [];
  readonly #sizes: number[] = [];
  #first = 1;
  #next = 1;
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** The sequence of the oldest that is left; `next` where there is none. */
  get first(): number {
    return this.#first;
  }
  /** The sequence of the next one. */
  get next(): number {
    return this.#next;
  }

  push(entry: TraceEntry, bytes: number): void {
    this.#put(this.#place(), entry, bytes);
  }

  pushBytes({ at, time, kind, chunk, cause }: Passage, bytes: number): void {
    const place = this.#place();
    this.#causes[place] = cause;
    this.#at[place] = at;
    this.#time[place] = time;
    this.#isSent[place] = kind === 'sent';
    this.#cutFrom[place] = chunk.cutFrom ?? 0;
    this.#put(place, chunk.text, bytes);
  }

  at(sequence: number): TraceEntry | undefined {
    if (sequence < this.#first || sequence >= this.#next) return undefined;
    const place = sequence % this.#most;
    const what = this.#what[place];
    return typeof what === 'string' ? this.#entry(sequence, place, what) : what;
  }

  #entry(sequence: number, place: number, text: string): TraceEntry {
    const { device, call } = this.#causes[place] ?? {};
    const cutFrom = this.#cutFrom[place] ?? 0;
    return {
      sequence,
      at: this.#at[place] ?? 0,
      time: this.#time[place] ?? 0,
      kind: this.#isSent[place] === true ? 'sent' : 'heard',
      bytes: Uint8Array.from(Buffer.from(text, 'latin1')),
      cutFrom: cutFrom === 0 ? undefined : cutFrom,
      device,
      call,
    };
  }

  #place(): number {
    if (this.#next - this.#first === this.#most) this.#drop();
    return this.#next++ % this.#most;
  }

  #put(place: number, what: TraceEntry | string, bytes: number): void {
    this.#what[place] = what;
    this.#sizes[place] = bytes;
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes) this.#drop();
  }

  #drop(): void {
    const place = this.#first++ % this.#most;
    this.#bytes -= this.#sizes[place] ?? 0;
    this.#what[place] = undefined;
    this.#causes[place] = undefined;
  }
}
