import type { Clock, Timer } from '../../src/clock.ts';
import { LimitedBuffer } from './limited-buffer.ts';

/** What a device says, and how long after what it said before. */
export interface Said {
  readonly bytes: Uint8Array;
  readonly afterMs: number;
}

/** Held back at most; a device that nobody listens to forgets what it would say more. */
const maxHeld = 1000;

/** Replies on their way out, each held back for its time, never overtaking one another. */
export class Outbox {
  readonly #clock: Clock;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #held = new LimitedBuffer<{ readonly bytes: Uint8Array; readonly due: number }>(maxHeld, 'lose-new');
  /** Of what was held last. */
  #due = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, write: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  send(all: readonly Said[]): void {
    let due = this.#held.length > 0 ? this.#due : this.#clock.monotonic();
    for (const { bytes, afterMs } of all) {
      due += afterMs;
      this.#add(bytes, due);
    }
  }

  /** Forgets what is held back. */
  close(): void {
    this.#timer?.cancel();
    this.#held.clear();
  }

  #add(bytes: Uint8Array, due: number): void {
    if (this.#held.length === 0 && due <= this.#clock.monotonic()) return this.#write(bytes);
    if (!this.#held.push({ bytes, due })) return;
    this.#due = due;
    if (this.#held.length === 1) this.#arm();
  }

  #arm(): void {
    const next = this.#held.peek();
    if (next === undefined) return;
    this.#timer = this.#clock.timer(Math.max(0, next.due - this.#clock.monotonic()), () => {
      this.#held.take();
      this.#write(next.bytes);
      this.#arm();
    });
  }
}
