import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;
const nsPerMs = 1e6;

/** Turns of the event loop that were looked at, and by how much they were late, all together. */
export interface Turns {
  readonly count: number;
  readonly lateMs: number;
}

/** How late the event loop is, for several who ask at times of their own. */
export interface EventLoop {
  /** Ever since it began: whoever asks twice knows what was between. */
  readonly turns: Turns;
  /** By how much 99 of 100 turns since the last call were late at most, ms; 0 without any. For one who asks: each call begins anew. */
  takePercentile99(): number;
}

/** One that is watched from `begin` to `close`. */
export interface WatchedEventLoop extends EventLoop {
  begin(): void;
  close(): void;
}

type Delay = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  'count' | 'mean' | 'percentile' | 'reset' | 'enable' | 'disable'
>;

/** Of this process. What measures it wakes the process a hundred times a second, so there is one, whoever asks. */
export class ProcessEventLoop implements WatchedEventLoop {
  readonly #delay: Delay;
  /** What there was before it was set to nothing last. */
  #before: Turns = { count: 0, lateMs: 0 };

  constructor(delay: Delay = monitorEventLoopDelay({ resolution: resolutionMs })) {
    this.#delay = delay;
  }

  begin(): void {
    this.#delay.enable();
  }

  close(): void {
    this.#delay.disable();
  }

  get turns(): Turns {
    const { count, mean } = this.#delay;
    if (count === 0) return this.#before;
    const { count: before, lateMs } = this.#before;
    return { count: before + count, lateMs: lateMs + count * late(mean) };
  }

  /** Setting it to nothing loses the turn that is under way, so whoever looks often must not do it. */
  takePercentile99(): number {
    if (this.#delay.count === 0) return 0;
    this.#before = this.turns;
    const percentile = this.#delay.percentile(99);
    this.#delay.reset();
    return late(percentile);
  }
}

/** What is measured is the time between two looks. */
function late(ns: number): number {
  return ns / nsPerMs - resolutionMs;
}
