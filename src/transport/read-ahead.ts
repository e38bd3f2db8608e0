import type { Duplex, Writable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { ReadEarlier } from './connection.ts';

/** What is handed on without a look at the time: some hundred short messages. */
const pieceBytes = 8 * 1024;
/** How long in each turn of the event loop. */
const turnMs = 4;
/** What is read so long after the last was handed on is read in another turn. */
const gapMs = 1;
/** Longest wait for what was read to be handed on: a broker that takes nothing more can hold it up. */
const longestWaitMs = 2000;

/** What is noted of what has to wait. */
export interface Noted extends ReadEarlier {
  /** How many had begun to listen. */
  readonly listening: number;
}

/** How much may wait; with more of it no more is read. */
export const readAheadLimits = { bytes: 4 * 1024 * 1024, chunks: 1024 } as const;

interface Waiting {
  readonly chunk: Uint8Array;
  readonly earlier: Noted | undefined;
  /** How much of it was handed on. */
  handed: number;
}

interface Waiter extends PromiseWithResolvers<void> {
  /** How many chunks must be handed on. */
  readonly chunks: number;
}

/**
 * Stands between a socket and whoever takes apart what it reads. Thousands of devices that announce themselves at once would
 * hold the process up for as long as it takes to hear all of them. Not to read would have the broker drop what it has for
 * us. So what is read is handed on for a few milliseconds of each turn, in order, and waits here until then.
 */
export class ReadAhead {
  readonly #clock: Clock;
  /** What is noted of a chunk that has to wait. */
  #note: (() => Noted) | undefined;
  #source: Duplex | undefined;
  #sink: Writable | undefined;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #kept = 0;
  readonly #waiters: Waiter[] = [];
  /** The sink is not done with what it got. */
  #isBusy = false;
  #isScheduled = false;
  #until = 0;
  #handedAt = -Infinity;
  #earlier: Noted | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of what is handed on just now, if it had to wait. */
  get earlier(): Noted | undefined {
    return this.#earlier;
  }

  /** Whether something waits. */
  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }

  /** The sink is taking something apart just now. */
  get isHanding(): boolean {
    return this.#isBusy;
  }

  noteBy(note: () => Noted): void {
    this.#note = note;
  }

  /** In place of a pipe. */
  connect<T extends Writable>(source: Duplex, sink: T): T {
    this.#source = source;
    this.#sink = sink;
    source.on('data', (chunk: Uint8Array) => this.#read(chunk));
    return sink;
  }

  /** Resolves when what was read by now has been handed on. */
  async caughtUp(): Promise<void> {
    if (!this.isBehind) return;
    const last = this.#waiters.at(-1);
    if (last?.chunks === this.#kept) return await last.promise;
    const waiter = { ...Promise.withResolvers<void>(), chunks: this.#kept };
    this.#waiters.push(waiter);
    const timer = this.#clock.timer(longestWaitMs, () => {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.resolve();
    });
    try {
      await waiter.promise;
    } finally {
      timer.cancel();
    }
  }

  #read(chunk: Uint8Array): void {
    const now = this.#clock.monotonic();
    const isIdle = !this.#isBusy && !this.isBehind;
    if (isIdle && now - this.#handedAt > gapMs) this.#until = now + turnMs;
    if (isIdle && chunk.length <= pieceBytes && now < this.#until) return this.#hand(chunk, undefined);
    this.#keep(chunk);
    this.#next(now);
  }

  #keep(chunk: Uint8Array): void {
    this.#waiting.push({ chunk, earlier: this.#note?.(), handed: 0 });
    this.#waitingBytes += chunk.length;
    this.#kept++;
    const { bytes, chunks } = readAheadLimits;
    if (this.#waitingBytes >= bytes || this.#waiting.length >= chunks) this.#source?.pause();
  }

  #next(now: number): void {
    if (this.#isBusy || this.#isScheduled) return;
    const [first] = this.#waiting;
    if (first === undefined) return;
    if (now >= this.#until) {
      this.#isScheduled = true;
      setImmediate(() => this.#turn());
      return;
    }
    const piece = first.chunk.subarray(first.handed, first.handed + pieceBytes);
    first.handed += piece.length;
    this.#waitingBytes -= piece.length;
    this.#hand(piece, first.earlier);
  }

  #turn(): void {
    this.#isScheduled = false;
    const now = this.#clock.monotonic();
    this.#until = now + turnMs;
    this.#next(now);
  }

  #hand(piece: Uint8Array, earlier: Noted | undefined): void {
    this.#isBusy = true;
    this.#earlier = earlier;
    this.#sink?.write(piece, this.#handed);
  }

  readonly #handed = (): void => {
    this.#isBusy = false;
    this.#earlier = undefined;
    const now = (this.#handedAt = this.#clock.monotonic());
    const [first] = this.#waiting;
    if (first === undefined) return;
    if (first.handed === first.chunk.length) this.#over();
    this.#next(now);
  };

  /** Nothing of the first one waits any more. */
  #over(): void {
    this.#waiting.shift();
    const handed = this.#kept - this.#waiting.length;
    for (let [next] = this.#waiters; next !== undefined && next.chunks <= handed; [next] = this.#waiters) {
      this.#waiters.shift();
      // Promises that go on from what was heard come first.
      setImmediate(next.resolve);
    }
    const { bytes, chunks } = readAheadLimits;
    if (this.#source?.isPaused() !== true) return;
    if (this.#waitingBytes < bytes / 2 && this.#waiting.length < chunks / 2) this.#source.resume();
  }
}
