import type { Clock } from '../../src/driver/index.ts';

/** Messages that wait for one before them, and their bytes. */
const maxHeld = 32;
const maxHeldBytes = 1_048_576;
/** How long they wait: the Reorder Timeout of hosts (Sparkplug 3.0 §5.9, "Sequence numbers"). */
const reorderMs = 1000;

const next = (seq: number): number => (seq + 1) % 256;

interface Held {
  readonly bytes: number;
  readonly deliver: () => void;
}

/** Puts a node's messages in the order of their sequence numbers, 0 to 255 and around, or says that one is missing. */
export class Sequence {
  readonly #clock: Clock;
  readonly #broken: (why: string) => void;
  readonly #held = new Map<number, Held>();
  #heldBytes = 0;
  /** Undefined while no birth certificate says where the count is. */
  #expected: number | undefined;
  #giveUp: (() => void) | undefined;

  constructor(clock: Clock, broken: (why: string) => void) {
    this.#clock = clock;
    this.#broken = broken;
  }

  get inStep(): boolean {
    return this.#expected !== undefined;
  }

  /** The count begins with this one. */
  start(seq: number): void {
    this.stop();
    this.#expected = next(seq);
  }

  stop(): void {
    this.#expected = undefined;
    this.#held.clear();
    this.#heldBytes = 0;
    this.#giveUp?.();
    this.#giveUp = undefined;
  }

  /** Delivers in order: at once, after those that are missing, or never. */
  take(seq: number, held: Held): void {
    if (this.#expected === undefined) return;
    const ahead = (seq - this.#expected + 256) % 256;
    if (ahead === 0) return this.#deliver(held);
    this.#hold(seq, ahead, held);
  }

  #hold(seq: number, ahead: number, held: Held): void {
    const bytes = this.#heldBytes + held.bytes;
    const missing = `message ${seq} of the node came where ${this.#expected} was due`;
    if (ahead > maxHeld || this.#held.has(seq) || bytes > maxHeldBytes) return this.#break(missing);
    this.#held.set(seq, held);
    this.#heldBytes = bytes;
    if (this.#giveUp !== undefined) return;
    const timer = this.#clock.timer(reorderMs, () => this.#break(missing));
    this.#giveUp = () => timer.cancel();
  }

  #break(why: string): void {
    this.stop();
    this.#broken(why);
  }

  #deliver(first: Held): void {
    let held: Held | undefined = first;
    while (held !== undefined && this.#expected !== undefined) {
      const seq = next(this.#expected);
      this.#expected = seq;
      held.deliver();
      // What it told may have ended the count, or begun another.
      if (this.#expected !== seq) return;
      held = this.#unhold(seq);
    }
    if (this.#held.size > 0) return;
    this.#giveUp?.();
    this.#giveUp = undefined;
  }

  #unhold(seq: number): Held | undefined {
    const held = this.#held.get(seq);
    if (held === undefined) return undefined;
    this.#held.delete(seq);
    this.#heldBytes -= held.bytes;
    return held;
  }
}
