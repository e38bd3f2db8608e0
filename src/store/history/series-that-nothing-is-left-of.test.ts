import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HistoryThread } from './history-thread.ts';
import { packSamples } from './pack.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const maxBytes = 500_000;
const all = { from: 0, to: Infinity, after: undefined, limit: 10 };

function history() {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-history-'));
  const path = join(directory, 'history.db');
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const open = () => new HistoryThread({ path, retention: { rawMaxAgeMs: day, maxAgeMs: 2 * day, maxBytes } }).work;
  const work = open();
  onTestFinished(() => work.close(undefined));
  const add = (device: string, at: number): void =>
    work.add(packSamples([{ device, property: 'p', at, number: 1, json: null }]));
  return { path, open, work, add };
}

test('devices that come and go leave no names behind, which would take the place of readings in the end', async () => {
  const { path, open, work, add } = history();
  const names = Array.from({ length: 10_000 }, (_, index) => `a device with a long name of its own, ${index}`);
  work.add(packSamples(names.map((device) => ({ device, property: 'p', at: start, number: 1, json: null }))));
  add('stays', start);
  await work.maintain(start + 2 * day + 60_000);
  expect(statSync(path).size).toBeLessThan(maxBytes);
  // A series that it still knew would be one of nobody.
  const now = start + 3 * day;
  for (const device of ['new', 'stays', names[0] ?? '']) add(device, now);
  await work.maintain(now + 60_000);
  work.close(undefined);
  const again = open();
  for (const device of ['new', 'stays', names[0] ?? '']) {
    expect(again.samples({ ...all, device, property: 'p' }), device).toHaveLength(1);
  }
  again.close(undefined);
});

test('what minutes alone are left of keeps its name', async () => {
  const { work, add } = history();
  add('old', start);
  await work.maintain(start + day + 60_000);
  expect(work.samples({ ...all, device: 'old', property: 'p' })).toEqual([]);
  const buckets = await work.buckets({ device: 'old', property: 'p', from: start, to: start + day, points: 1 });
  expect(buckets).toMatchObject([{ count: 1 }]);
});
