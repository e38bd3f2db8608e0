import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HistoryThread } from './history-thread.ts';
import { packSamples } from './pack.ts';
import type { SamplesInput } from './work.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 0, 1, 12);
const retention = { rawMaxAgeMs: 7 * day, maxAgeMs: 400 * day, maxBytes: 1e9 };
const series = { device: 'd', property: 'p' };

/** A history to which one number comes each second. */
function counting() {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-history-'));
  const { work } = new HistoryThread({ path: join(directory, 'history.db'), retention });
  onTestFinished(() => {
    work.close(undefined);
    rmSync(directory, { recursive: true });
  });
  const add = (from: number, seconds: number): void => {
    const numbers = Array.from({ length: seconds }, (_, index) => ({
      at: from + index * 1000,
      number: index,
      json: null,
    }));
    work.add(packSamples(numbers.map((sample) => ({ ...series, ...sample }))));
  };
  const all: SamplesInput = { ...series, from: 0, to: Infinity, after: undefined, limit: 10_000 };
  const counted = async (from: number, to: number): Promise<number> => {
    const buckets = await work.buckets({ ...series, from, to, points: 10 });
    return buckets.reduce((sum, { count }) => sum + count, 0);
  };
  return { work, add, counted, kept: () => work.samples(all).length };
}

test.each([
  ['a month', 30 * day],
  ['ten years', 3650 * day],
])('after a wall clock was %s ahead for a while, readings are kept as before', async (_, ahead) => {
  const { work, add, counted, kept } = counting();
  add(now - 600_000, 600);
  await work.maintain(now + ahead);
  add(now, 300);
  await work.maintain(now + 300_000);
  expect(kept()).toBe(300);
  expect(await counted(now, now + 300_000)).toBe(300);
  add(now + 300_000, 300);
  await work.maintain(now + 600_000);
  expect(kept()).toBe(600);
  expect(await counted(now, now + 600_000)).toBe(600);
  expect(await counted(now - 600_000, now), 'what minutes say of before stays').toBe(ahead < 400 * day ? 600 : 0);
});
