import { type Clock, systemClock } from '../../src/clock.ts';

/** Time as it is until it is stopped: from then on nothing is due any more, however busy the machine is. */
export function stoppableClock(): { readonly clock: Clock; stop(): void } {
  let isStopped = false;
  const clock: Clock = {
    ...systemClock,
    timer: (ms, fire) =>
      systemClock.timer(ms, () => {
        if (!isStopped) fire();
      }),
  };
  return { clock, stop: () => void (isStopped = true) };
}
