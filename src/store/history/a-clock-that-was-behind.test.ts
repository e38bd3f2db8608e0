import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HistoryThread } from './history-thread.ts';
import { packSamples } from './pack.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 0, 1, 12);
const series = { device: 'd', property: 'p' };
const seconds = 20_000;
const from = now - seconds * 1000;

test('after a wall clock was behind for a while, minutes still tell what samples no longer do', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-history-'));
  const retention = { rawMaxAgeMs: 7 * day, maxAgeMs: 400 * day, maxBytes: 400_000 };
  const { work } = new HistoryThread({ path: join(directory, 'history.db'), retention });
  onTestFinished(() => {
    work.close(undefined);
    rmSync(directory, { recursive: true });
  });
  const numbers = Array.from({ length: seconds }, (_, index) => ({
    at: from + index * 1000,
    number: index,
    json: null,
  }));
  work.add(packSamples(numbers.map((sample) => ({ ...series, ...sample }))));
  /** Numbers in stretches of half a minute. */
  const counted = async (): Promise<number> => {
    const buckets = await work.buckets({ ...series, from, to: now, points: Math.ceil(seconds / 30) });
    return buckets.reduce((sum, { count }) => sum + count, 0);
  };
  await work.maintain(now);
  // Their oldest have made room.
  expect(work.samples({ ...series, from: 0, to: Infinity, after: undefined, limit: 1 })[0]?.at).toBeGreaterThan(from);
  const before = await counted();
  expect(before).toBeGreaterThan(seconds - 60);
  await work.maintain(0);
  await work.maintain(now + 60_000);
  expect(await counted()).toBe(before);
});
