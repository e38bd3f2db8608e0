import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../../clock.ts';
import type { EventLoop, Turns } from '../../observe/event-loop.ts';
import type { Limits } from '../listening/limits.ts';

const sampleMs = 1000;
/** Beyond that nobody asked for so long that the mean says nothing of now. */
const staleMs = 3000;

export type Trouble = 'late' | 'full';

/**
 * How the process bears its load: looked at when somebody asks, at most once a second. It opens no file, as
 * `process.memoryUsage` does: a process that is out of file descriptors must go on.
 */
export class Load {
  readonly #limits: Pick<Limits, 'eventLoopDelayMs' | 'heapPercent'>;
  readonly #clock: Clock;
  readonly #eventLoop: Pick<EventLoop, 'turns'>;
  #turns: Turns;
  #sampledAt: number;
  #trouble: Trouble | undefined;

  constructor(
    limits: Pick<Limits, 'eventLoopDelayMs' | 'heapPercent'>,
    clock: Clock,
    eventLoop: Pick<EventLoop, 'turns'>,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#eventLoop = eventLoop;
    this.#turns = eventLoop.turns;
    this.#sampledAt = clock.monotonic();
  }

  get trouble(): Trouble | undefined {
    const now = this.#clock.monotonic();
    const ageMs = now - this.#sampledAt;
    if (ageMs >= sampleMs) {
      this.#trouble = this.#measured(ageMs);
      this.#sampledAt = now;
    }
    return this.#trouble;
  }

  #measured(ageMs: number): Trouble | undefined {
    const { eventLoopDelayMs, heapPercent } = this.#limits;
    const lateMs = this.#meanLateMs();
    if (eventLoopDelayMs > 0 && ageMs <= staleMs + lateMs && lateMs > eventLoopDelayMs) return 'late';
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return heapPercent > 0 && used * 100 > limit * heapPercent ? 'full' : undefined;
  }

  /** Since it was asked last. */
  #meanLateMs(): number {
    const before = this.#turns;
    this.#turns = this.#eventLoop.turns;
    const { count, lateMs } = this.#turns;
    return count === before.count ? 0 : (lateMs - before.lateMs) / (count - before.count);
  }
}
