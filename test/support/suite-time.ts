import { vi } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { settle, VirtualClock } from '../../src/testing/index.ts';

/** How time passes in a suite that is run with and without a real wire. */
export interface SuiteTime {
  readonly clock: Clock;
  /** Lets time pass until a promise has settled. */
  settled<T>(promise: Promise<T>): Promise<T>;
  /** Lets time pass until something is so. */
  until(isSo: () => boolean | Promise<boolean>): Promise<void>;
}

/** Fine enough to see states that last no longer than slowing down. */
const stepMs = 5;
const patienceMs = 60_000;

/** Time that passes only while somebody waits for something, and then at once. */
export function virtualTime(): SuiteTime {
  const clock = new VirtualClock();
  let step: Promise<void> | undefined;
  /** Whoever waits at the same time takes the same steps. */
  const pass = (): Promise<void> => (step ??= clock.advance(stepMs).finally(() => (step = undefined)));
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (const giveUpAt = clock.monotonic() + patienceMs; clock.monotonic() < giveUpAt; await pass()) {
      await settle();
      if (await isSo()) return;
    }
    throw new Error(`it did not happen within ${patienceMs} ms`);
  };
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = (): boolean => (isOver = true);
    void promise.then(over, over);
    await until(() => isOver);
    return await promise;
  };
  return { clock, settled, until };
}

/** Time as it is: for what goes through the kernel. */
export const realTime: SuiteTime = {
  clock: systemClock,
  settled: (promise) => promise,
  async until(isSo) {
    const look = async (): Promise<void> => {
      if (!(await isSo())) throw new Error('it did not happen');
    };
    await vi.waitFor(look, { timeout: 10_000, interval: 2 });
  },
};
