import type { Clock, Timer } from '../../../src/clock.ts';

/** What one connection's faults may hold back, both directions together. */
export const holdLimitBytes = 1024 * 1024;

/** What a frame takes besides its bytes, so that many empty ones are bounded, too. */
const overheadBytes = 64;

/** A frame that is held back. */
export interface Held {
  /** Takes it out; false if it has gone on or was dropped already. */
  take(): boolean;
}

interface Entry extends Held {
  readonly bytes: number;
  readonly pass: () => void;
  readonly timer: Timer | undefined;
}

/** All that the faults of one connection hold back: bounded, on the simulator's clock, and gone with the connection. */
export class Holding {
  readonly #clock: Clock;
  readonly #onFull: () => void;
  readonly #entries = new Set<Entry>();
  /** Goes on where it was: a set's first entry is looked for past all that were deleted before it. */
  #oldestFirst = this.#entries.values();
  #bytes = 0;

  constructor(clock: Clock, onFull: () => void) {
    this.#clock = clock;
    this.#onFull = onFull;
  }

  now(): number {
    return this.#clock.monotonic();
  }

  /** Holds a frame back, for so long if a time is given. `pass` is called without it being held any more. */
  hold(bytes: number, pass: () => void, ms?: number): Held {
    const entry: Entry = {
      bytes: bytes + overheadBytes,
      pass,
      take: () => this.#take(entry),
      timer: ms === undefined ? undefined : this.#clock.timer(ms, () => this.#pass(entry)),
    };
    this.#entries.add(entry);
    this.#bytes += entry.bytes;
    while (this.#bytes > holdLimitBytes) this.#overflow();
    return entry;
  }

  close(): void {
    for (const entry of this.#entries) this.#take(entry);
  }

  #overflow(): void {
    const oldest = this.#oldest();
    if (oldest === undefined) return;
    this.#onFull();
    this.#pass(oldest);
  }

  /** To be taken out, since it is not found again. */
  #oldest(): Entry | undefined {
    const next = this.#oldestFirst.next();
    if (next.done !== true) return next.value;
    this.#oldestFirst = this.#entries.values();
    return this.#oldestFirst.next().value;
  }

  #pass(entry: Entry): void {
    if (this.#take(entry)) entry.pass();
  }

  #take(entry: Entry): boolean {
    if (!this.#entries.delete(entry)) return false;
    entry.timer?.cancel();
    this.#bytes -= entry.bytes;
    return true;
  }
}
