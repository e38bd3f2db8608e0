import { describe, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { simulators } from '../../simulators/index.ts';
import { conformance, NothingToCheck, type Samples } from '../../src/testing/index.ts';
import { samplesOf } from './kit-samples.ts';

/** Everything that each can do, always; at every byte where an answer can be cut takes twice as long. */
const share: Samples = process.env['BELLCRANK_TEST_LONG'] === '1' ? {} : { places: 2 };

/** The suite over every fourth of the drivers that come with Bellcrank: files run beside each other. */
export function suiteOver(quarter: 0 | 1 | 2 | 3): void {
  for (const driver of drivers.filter((_, index) => index % 4 === quarter)) {
    const { name } = driver.model;
    const kind = simulators.find(({ model }) => model === name);
    if (kind === undefined) continue;
    describe(name, { timeout: 120_000 }, () => {
      const suite = conformance(driver, kind, { ...share, ...samplesOf[name] });
      for (const { name: what, run } of suite) {
        test(what, async ({ skip }) => {
          const outcome = await run().catch((error: unknown) => error);
          // Told as skipped, not as passed: its models tell in advance only of some that there is nothing.
          if (outcome instanceof NothingToCheck) skip(outcome.message);
          if (outcome !== undefined) throw outcome;
        });
      }
      for (const { name: what, why } of suite.leftOut) test.skip(`${what} (${why})`, () => {});
    });
  }
}
