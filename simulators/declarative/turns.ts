import { BellcrankError, type Clock } from '../../src/driver/index.ts';
import { delay, type Timer } from '../../src/clock.ts';
import type { ReplyGate } from './reply-gate.ts';

/** Turns on a line that is not there: each ends with an answer at once, after a while, too late, or never. */
export class Turns {
  readonly #gate: ReplyGate;
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  /** Turns begun; a late reply counts only if none has begun since its own. */
  #begun = 0;

  constructor(gate: ReplyGate, clock: Clock) {
    this.#gate = gate;
    this.#clock = clock;
  }

  /** Resolves when the answer is there. Rejects with `device-timeout`; `late` is called if it comes after all. */
  async answered(timeoutMs: number, signal: AbortSignal, late?: () => void): Promise<void> {
    const turn = ++this.#begun;
    const waitMs = this.#gate.next();
    if (waitMs === 0) return signal.throwIfAborted();
    const since = this.#clock.monotonic();
    try {
      await this.#wait(waitMs ?? Infinity, timeoutMs, signal);
    } catch (error) {
      if (waitMs !== undefined && late !== undefined) {
        this.#later(since + waitMs - this.#clock.monotonic(), () => {
          if (this.#begun === turn) late();
        });
      }
      throw error;
    }
  }

  /** An answer that the device does not give. */
  async unanswered(timeoutMs: number, signal: AbortSignal): Promise<never> {
    this.#begun++;
    await delay(this.#clock, timeoutMs, signal);
    throw noAnswer(timeoutMs);
  }

  /** Forgets replies that are held back. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #wait(ms: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    await delay(this.#clock, Math.min(ms, timeoutMs), signal);
    if (ms >= timeoutMs) throw noAnswer(timeoutMs);
  }

  #later(ms: number, fire: () => void): void {
    const timer = this.#clock.timer(Math.max(0, ms), () => {
      this.#timers.delete(timer);
      fire();
    });
    this.#timers.add(timer);
  }
}

export function noAnswer(timeoutMs: number): BellcrankError {
  return new BellcrankError('device-timeout', `the simulated device did not answer within ${timeoutMs} ms`);
}
