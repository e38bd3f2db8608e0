import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { Lane, Turn } from './lane.ts';

/** Urgent commands under way at once, per device. */
const maxUnderWay = 16;

/** The way past the lane, for urgent commands and stops. */
export class Bypass {
  readonly #clock: Clock;
  readonly #lane: Lane;
  readonly #guardMs: number | undefined;
  #underWay = 0;

  constructor(clock: Clock, lane: Lane, guardMs: number | undefined) {
    this.#clock = clock;
    this.#lane = lane;
    this.#guardMs = guardMs;
  }

  /** Takes no turn in the lane, but is bounded like it. */
  async enter(): Promise<Turn> {
    if (this.#underWay >= maxUnderWay) {
      throw new BellcrankError('queue-full', `${maxUnderWay} urgent commands are under way already`, {
        outcome: 'not-sent',
        retryAfterMs: 1000,
      });
    }
    this.#underWay++;
    let out = true;
    await this.turnaround();
    return {
      release: () => {
        if (out) this.#underWay--;
        out = false;
      },
    };
  }

  /** On a half-duplex line the exchange in flight may end first, within the declared guard time. */
  async turnaround(): Promise<void> {
    if (this.#guardMs === undefined || this.#lane.inFlight === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.timer(this.#guardMs, resolve);
    void this.#lane.idle().then(resolve);
    await promise;
    timer.cancel();
  }
}
