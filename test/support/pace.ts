import { type Clock, delay, systemClock } from '../../src/clock.ts';
import { settle, VirtualClock } from '../../src/testing/index.ts';

/** How time passes in a test: by itself, or only while something is awaited. */
export interface Pace {
  readonly clock: Clock;
  settled<T>(promise: Promise<T>): Promise<T>;
}

/** For what the kernel has a part in. */
export const realTime: Pace = { clock: systemClock, settled: (promise) => promise };

/** More than any of the waits in a test; then it hangs. */
const longestMs = 120_000;

/** Waits take no time: while something is awaited, and nothing else is left to do, the clock goes to its next timer. */
export function virtualTime(): Pace {
  const clock = new VirtualClock();
  return {
    clock,
    async settled(promise) {
      const state = { done: false };
      const watch = promise.finally(() => (state.done = true));
      watch.catch(() => {});
      const until = clock.monotonic() + longestMs;
      while (!state.done) {
        // Chunks that are cut anew arrive some turns of the event loop later.
        for (let turn = 0; turn < 4 && !state.done; turn++) await settle();
        if (state.done) break;
        const nextMs = clock.nextInMs;
        if (nextMs === undefined) throw new Error('nothing is left that it could wait for');
        if (clock.monotonic() > until) throw new Error('it did not settle');
        await clock.advance(nextMs);
      }
      return await promise;
    },
  };
}

/** Looks every 5 ms until a value is as wanted. Resolves with the last one, as wanted or not. */
export async function lastOf<T>(
  { clock, settled }: Pace,
  told: () => Promise<T> | T,
  isWanted: (value: T) => boolean,
  withinMs = 2000,
): Promise<T> {
  const until = clock.monotonic() + withinMs;
  for (;;) {
    const value = await settled(Promise.resolve(told()));
    if (isWanted(value) || clock.monotonic() >= until) return value;
    await settled(delay(clock, 5, new AbortController().signal));
  }
}
