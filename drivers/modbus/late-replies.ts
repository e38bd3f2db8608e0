import type { Clock } from '../../src/driver/index.ts';

/** Requests whose late responses are remembered; older ones are forgotten. */
const most = 16;

/** A response that comes later than this belongs to nothing: the number has its turn again some day. */
const keptMs = 60_000;

interface Expected {
  readonly until: number;
  readonly take: (frame: Uint8Array) => void;
}

/** Responses that may still come, by the id that tells them beyond doubt. */
export class LateReplies {
  readonly #clock: Clock;
  readonly #expected = new Map<number, Expected>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  expect(id: number, take: (frame: Uint8Array) => void): void {
    this.#expected.set(id, { until: this.#clock.monotonic() + keptMs, take });
    const [oldest] = this.#expected.keys();
    if (this.#expected.size > most && oldest !== undefined) this.#expected.delete(oldest);
  }

  /** The id is given to another request. */
  forget(id: number): void {
    this.#expected.delete(id);
  }

  /** False if nobody waits for it. */
  take(id: number, frame: Uint8Array): boolean {
    const expected = this.#expected.get(id);
    this.#expected.delete(id);
    if (expected === undefined || this.#clock.monotonic() > expected.until) return false;
    expected.take(frame);
    return true;
  }
}
