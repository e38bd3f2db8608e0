import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';
import { shownSteps, Walk, type Walked } from './random-lab/walk.ts';

const isLong = process.env['BELLCRANK_TEST_LONG'] === '1';
const isWhole = isLong || process.env['BELLCRANK_REQUIRE_ALL'] === '1';
/** Twice so many are taken with one seed: half a minute of work, ten seconds where everything is required, or a few where somebody waits. */
const steps = isLong ? 10_000 : isWhole ? 3000 : 1000;
/** The long tests take another way each time, and a failure says which it was. */
const seed = Number(process.env['BELLCRANK_SEED'] ?? (isLong ? Date.now() % 1_000_000 : 7));
const timeoutMs = isWhole ? 600_000 : 120_000;

/** The first lab loads the whole service. */
beforeAll(async () => await (await createLab({ devices: {} })).close(), 60_000);

async function walked(by: number, count: number): Promise<Walked> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const result = await Walk.run(by, count);
  expect(unhandled).toEqual([]);
  return result;
}

/** What a failing walk shows: how to take it again, and how it went before it failed. */
function story({ steps: taken, broken }: Walked, by: number): string {
  const last = taken.slice(-shownSteps).join('\n');
  return `seed ${by} (BELLCRANK_SEED=${by}); the last steps:\n${last}\n${broken.join('\n')}`;
}

/** The first place where they differ, with what was before it. */
function difference(one: readonly string[], other: readonly string[]): string | undefined {
  const at = one.findIndex((line, index) => line !== other[index]);
  if (at < 0 && one.length === other.length) return undefined;
  const from = at < 0 ? Math.min(one.length, other.length) : at;
  const lines = (of: readonly string[]): string => of.slice(Math.max(0, from - 3), from + 1).join('\n');
  return `line ${from} of ${one.length} and ${other.length}:\n${lines(one)}\n—\n${lines(other)}`;
}

test(
  `${steps} random steps, twice: every promise is kept, and the same seed is the same run, byte for byte`,
  async () => {
    console.info(`random lab: seed ${seed}, ${steps} steps`);
    const first = await walked(seed, steps);
    expect(first.broken, story(first, seed)).toEqual([]);
    const second = await walked(seed, steps);
    for (const what of ['steps', 'ends', 'wire', 'states'] as const) {
      expect(difference(first[what], second[what]), `${what} of seed ${seed}`).toBeUndefined();
    }
    // It went somewhere: commands ended in several ways, and what succeeded was looked at.
    expect(first.steps).toHaveLength(steps);
    expect(first.wire.length).toBeGreaterThan(steps);
    expect(first.outcomes['succeeded']).toBeGreaterThan(steps / 50);
    expect(Object.keys(first.outcomes).length).toBeGreaterThanOrEqual(3);
    expect(first.compared).toBeGreaterThan(steps / 200);
    console.info(JSON.stringify({ outcomes: first.outcomes, compared: first.compared, wire: first.wire.length }));
  },
  timeoutMs,
);

test('another seed is another run', async () => {
  const [one, other] = [await walked(seed, 100), await walked(seed + 1, 100)];
  expect(one.broken, story(one, seed)).toEqual([]);
  expect(other.broken, story(other, seed + 1)).toEqual([]);
  expect(difference(one.wire, other.wire)).toBeDefined();
  expect(difference(one.steps, other.steps)).toBeDefined();
});
