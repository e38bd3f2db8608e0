import type { Clock } from '../../../src/driver/index.ts';

/** Devices whose descriptions are read in one go: some milliseconds of work. */
const slice = 20;

/** Does something with each, and lets others have the event loop in between: there may be twenty thousand. */
export async function inSlices<T>(all: readonly T[], clock: Clock, act: (one: T) => void): Promise<void> {
  for (const [index, one] of all.entries()) {
    if (index > 0 && index % slice === 0) await clock.ioTurn();
    act(one);
  }
}
