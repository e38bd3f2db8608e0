import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HistoryThread } from './history-thread.ts';
import { packSamples } from './pack.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 0, 1, 12);
const largest = Number.MAX_VALUE;

test('take nothing else with them, and a mean of them is a number', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-history-'));
  const retention = { rawMaxAgeMs: 7 * day, maxAgeMs: 400 * day, maxBytes: 1e9 };
  const { work } = new HistoryThread({ path: join(directory, 'history.db'), retention });
  onTestFinished(() => {
    work.close(undefined);
    rmSync(directory, { recursive: true });
  });
  const sample = (property: string, at: number, number: number) => ({ device: 'd', property, at, number, json: null });
  const add = (numbers: readonly number[], from: number): void =>
    work.add(packSamples([...numbers.map((number, n) => sample('p', from + n, number)), sample('other', from, 1)]));
  // Some instruments say that they are over their range by the largest number that there is.
  add([largest, largest], now);
  add([-largest, -largest], now + 1000);
  add([-largest, -largest], now + 60_000);
  const between = async (property: string, from: number, to: number) =>
    await work.buckets({ device: 'd', property, from: now + from, to: now + to, points: 1 });
  expect(await between('other', 0, 120_000)).toMatchObject([{ count: 3, mean: 1 }]);
  expect(await between('p', 0, 500)).toMatchObject([{ count: 2, mean: largest }]);
  expect(await between('p', 60_000, 60_500)).toMatchObject([{ count: 2, mean: -largest }]);
  for (const [from, to] of [
    [0, 2000],
    [0, 60_000],
    [0, 3_600_000],
  ] as const) {
    const [bucket] = await between('p', from, to);
    expect(Number.isFinite(bucket?.mean)).toBe(true);
  }
});
