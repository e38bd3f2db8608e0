import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import { End } from './end.ts';
import type { Lane, Turn } from './lane.ts';
import { followAll } from './signals.ts';

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

  /** Takes no turn in the lane, but is bounded like it. On a half-duplex line an exchange in flight may end first. */
  async enter(signal: AbortSignal): Promise<Turn> {
    if (this.#underWay >= maxUnderWay) {
      throw new BellcrankError('queue-full', `${maxUnderWay} urgent commands are under way already`, {
        outcome: 'not-sent',
        retryAfterMs: 1000,
      });
    }
    this.#underWay++;
    let out = true;
    const release = (): void => {
      if (out) this.#underWay--;
      out = false;
    };
    try {
      if (this.#guardMs !== undefined) await this.settled(this.#guardMs, signal);
      signal.throwIfAborted();
      return { release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Resolves when nothing is in flight on the line, at the latest after `ms`, or when the signal aborts. */
  async settled(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#lane.inFlight === 0) return;
    const over = new End();
    const unfollow = signal === undefined ? undefined : followAll([signal], (reason) => over.end(reason));
    const timer = this.#clock.timer(ms, () => over.end(new Error('the wait is over')));
    await this.#lane.idle(over);
    timer.cancel();
    unfollow?.();
  }
}
