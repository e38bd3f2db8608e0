import { describe, expect, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { simulators } from '../../simulators/index.ts';
import { conformance, NothingToCheck, type Samples } from '../../src/testing/index.ts';
import { samplesOf } from './kit-samples.ts';

/** In full it takes minutes: everything that each can do, at every byte. */
const share: Samples = process.env['BELLCRANK_TEST_LONG'] === '1' ? {} : { actions: 2, places: 2 };

/** The bridge is looked at through the devices behind it. */
const withoutSimulator = ['zigbee2mqtt-bridge'];

test('every driver that comes with Bellcrank has a simulator to be tested with', () => {
  const missing = drivers.filter(({ model }) => !simulators.some((kind) => kind.model === model.name));
  expect(missing.map(({ model }) => model.name)).toEqual(withoutSimulator);
});

for (const driver of drivers) {
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
