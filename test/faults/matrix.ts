import { afterAll, describe, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { nameOf, troublesOn } from './faults.ts';
import type { Subject } from './subject.ts';
import { type Bench, benchOf, trial } from './trial.ts';

const seed = 1;

/** Every fault on a driver, one after the other on one device: what is left behind by one meets the next. */
export function faultMatrix(subject: Subject): void {
  describe(`${subject.name} under faults (seed ${seed})`, () => {
    let bench: Bench | undefined;
    afterAll(async () => await bench?.lab.close());
    for (const trouble of troublesOn(subject.shape, hasNak(subject))) {
      test(nameOf(trouble), { timeout: 60_000 }, async () => {
        const mine = (bench ??= await benchOf(subject, seed));
        try {
          await trial(mine, subject, trouble);
        } catch (error) {
          // The next fault finds a device that is well.
          bench = undefined;
          await mine.lab.close().catch(() => {});
          throw error;
        }
      });
    }
  });
}

function hasNak({ kind, simulate }: Subject): boolean {
  const simulator = kind.create({ clock: new VirtualClock(), seed, options: simulate ?? {} });
  simulator.close();
  return simulator.wire.nak !== undefined;
}
