import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { Bucket, Sample } from '../store.ts';
import { createHistory, type HistoryDb } from './create-history.ts';
import type { Retention } from './work.ts';

const day = 86_400_000;
const epoch = Date.UTC(2026, 0, 1);
const generous: Retention = { rawMaxAgeMs: 7 * day, maxAgeMs: 365 * day, maxBytes: 1e9 };
const series = { device: 'd', property: 'p' };
const everything = { ...series, from: epoch - 10 * day, to: epoch + 10 * day };
/** The machine may be busy with something else. */
const soon = { timeout: 12_000 };
const opened: HistoryDb[] = [];
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((history) => history.close()));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function rig(settings: { directory?: string; retention?: Partial<Retention>; opens?: boolean } = {}) {
  const directory = settings.directory ?? mkdtempSync(join(tmpdir(), 'bellcrank-history-'));
  if (settings.directory === undefined) directories.push(directory);
  const clock = new VirtualClock(epoch);
  const told: string[] = [];
  const retention = { ...generous, ...settings.retention };
  const onTrouble = (message: string): void => void told.push(message);
  const history = createHistory({ directory, clock, retention, onTrouble });
  if (settings.opens !== false) history.open();
  opened.push(history);
  const path = join(directory, 'history.db');
  const add = (at: number, value: unknown): void => history.add({ ...series, at, value });
  const all = async (limit = 1000): Promise<Sample[]> => [...(await history.samples({ ...everything, limit })).items];
  const written = (count: number): Promise<void> =>
    expect.poll(async () => (await history.buckets({ ...everything, points: 1 }))[0]?.count, soon).toBe(count);
  return { directory, path, clock, written, told, history, add, all };
}

const rows = (path: string, sql: string): unknown[] => {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    db.close();
  }
};

test('samples come back as they were, oldest first, each series on its own', async () => {
  const { history, add, all } = rig();
  const values = [1.5, -0, 'on', true, null, { a: [1] }, 1e300];
  for (const [index, value] of values.entries()) add(epoch + index, value);
  history.add({ device: 'd', property: 'other', at: epoch, value: 9 });
  add(epoch - 5, 'first');
  expect((await all()).map(({ value }) => value)).toEqual(['first', 1.5, 0, 'on', true, null, { a: [1] }, 1e300]);
  expect((await all())[1]).toEqual({ ...series, at: epoch, value: 1.5 });
  const from = await history.samples({ ...series, from: epoch + 1, to: epoch + 3, limit: 10 });
  expect(from.items.map(({ at }) => at)).toEqual([epoch + 1, epoch + 2]);
  expect(await history.samples({ ...everything, device: 'none', limit: 1 })).toEqual({ items: [] });
});

test('a value is kept as it was when it was added, and what is no JSON is not', async () => {
  const { history, add, all } = rig();
  const value = { on: true };
  add(epoch, value);
  value.on = false;
  const circle: unknown[] = [];
  circle.push(circle);
  for (const wrong of [circle, undefined, Number.NaN, Infinity, () => 1, 10n, 'x'.repeat(20_000)]) add(epoch, wrong);
  expect((await all()).map(({ value: kept }) => kept)).toEqual([{ on: true }]);
  expect(history.lost).toBe(7);
});

test('pages lose and repeat nothing, also within one millisecond', async () => {
  const { history, add } = rig();
  for (let n = 0; n < 100; n++) add(epoch + Math.floor(n / 10), n);
  const seen: unknown[] = [];
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await history.samples({ ...everything, limit: 7, ...(after === undefined ? {} : { after }) });
    seen.push(...page.items.map(({ value }) => value));
    after = page.next;
    // What comes later, behind the page or before it, changes nothing of what was there.
    add(epoch + 1000 + pages++, 'later');
  } while (after !== undefined && pages < 15);
  expect(seen.filter((value) => typeof value === 'number')).toEqual(Array.from({ length: 100 }, (_, n) => n));
  await expect(history.samples({ ...everything, limit: 5, after: 'x' })).rejects.toMatchObject({
    code: 'invalid-request',
  });
});

test('a batch leaves after 250 ms, or as soon as it is full', async () => {
  const { clock, path, add, history, all } = rig();
  expect(await all()).toEqual([]);
  add(epoch, 1);
  await clock.advance(249);
  expect(rows(path, 'SELECT count(*) AS count FROM samples')).toEqual([{ count: 0 }]);
  await clock.advance(1);
  await expect.poll(() => rows(path, 'SELECT count(*) AS count FROM samples'), soon).toEqual([{ count: 1 }]);
  for (let n = 0; n < 1000; n++) add(epoch + n, n);
  await expect.poll(() => rows(path, 'SELECT count(*) AS count FROM samples'), soon).toEqual([{ count: 1001 }]);
  add(epoch, 'last');
  await history.close();
  expect(rows(path, 'SELECT count(*) AS count FROM samples')).toEqual([{ count: 1002 }]);
});

test('more than there is room for: the oldest are lost, counted and told once', async () => {
  const { history, told, all, add, written } = rig();
  for (let n = 0; n < 60_000; n++) add(epoch + n, n);
  expect(history.lost).toBe(9000);
  await written(51_000);
  const values = (await all(1001)).map(({ value }) => value);
  // The first batch had left before.
  expect(values.slice(999)).toEqual([999, 10_000]);
  expect(told).toEqual([expect.stringMatching(/9000 samples were not kept/)]);
});

/** What buckets must be, from the samples themselves. */
function expected(samples: readonly (readonly [number, number])[], from: number, to: number, points: number): Bucket[] {
  const edges = Array.from({ length: points + 1 }, (_, index) => from + Math.ceil(((to - from) * index) / points));
  return edges.slice(0, -1).flatMap((at, index) => {
    const values = samples.filter(([time]) => time >= at && time < (edges[index + 1] ?? 0)).map(([, value]) => value);
    if (values.length === 0) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{ at, min: Math.min(...values), mean, max: Math.max(...values), count: values.length }];
  });
}

const wave = (count: number, everyMs: number): [number, number][] =>
  Array.from({ length: count }, (_, n) => [epoch + n * everyMs, Math.round(100 * Math.sin(n / 7)) + 0]);

test.each([
  ['seconds', 10_000, 20_000, 10],
  ['a length that does not divide', 7, 100_003, 13],
  ['several minutes each, off the minute', 12_345, 2_500_000, 9],
  ['whole minutes', 60_000, 660_000, 5],
  ['less than a ms each', 5000, 5003, 10],
  ['beyond what there is', -5_000_000, 50_000_000, 40],
])('buckets of %s are exact where there are samples', async (_, from, length, points) => {
  const { history, add, written } = rig();
  const samples = wave(3000, 1000);
  for (const [at, value] of samples) add(at, value);
  await written(3000);
  add(epoch + 20_000, 'no number');
  const span = { ...series, from: epoch + from, to: epoch + from + length };
  const buckets = await history.buckets({ ...span, points });
  const exact = expected(samples, span.from, span.to, points);
  expect(buckets.map(({ at, min, max, count }) => ({ at, min, max, count }))).toEqual(
    exact.map(({ at, min, max, count }) => ({ at, min, max, count })),
  );
  for (const [index, { mean }] of buckets.entries()) expect(mean).toBeCloseTo(exact[index]?.mean ?? Number.NaN, 9);
});

test('long buckets are made of minutes, and lose no number', async () => {
  const { history, add, written, path } = rig();
  const samples = wave(5000, 10_000);
  for (const [at, value] of samples) add(at, value);
  await written(5000);
  const buckets = await history.buckets({ ...series, from: epoch, to: epoch + 12 * 3_600_000, points: 12 });
  const exact = expected(samples, epoch, epoch + 12 * 3_600_000, 12);
  expect(buckets.map(({ count, max }) => [count, max])).toEqual(exact.map(({ count, max }) => [count, max]));
  // Off the hour they are still made of whole minutes.
  const shifted = { ...series, from: epoch + 90_000, to: epoch + 90_000 + 8 * 3_600_000 };
  const [first] = await history.buckets({ ...shifted, points: 2 });
  expect(first?.count).toBe(4 * 360);
  expect(rows(path, 'SELECT sum(count) AS count FROM minutes')).toEqual([{ count: 5000 }]);
});

test('after their time samples go and minutes stay, then these go as well', async () => {
  const { history, add, clock, all, written } = rig({ retention: { rawMaxAgeMs: 3_600_000, maxAgeMs: 2 * day } });
  const samples = wave(7200, 1000);
  for (const [at, value] of samples) add(at, value);
  await written(7200);
  const counted = (): Promise<number> =>
    history.buckets({ ...series, from: epoch, to: epoch + 7_200_000, points: 1 }).then(([one]) => one?.count ?? 0);
  await clock.advance(2 * 3_600_000 + 12_345);
  const oldest = async (): Promise<number> => (await clock.advance(60_000), (await all(1))[0]?.at ?? 0);
  await expect.poll(oldest, soon).toBeGreaterThanOrEqual(epoch + 3_600_000);
  const floor = (await all(1))[0]?.at ?? 0;
  expect(floor % 60_000).toBe(0);
  expect(await counted()).toBe(7200);
  // Across the border, with buckets shorter than a minute: each minute that is only a sum stands where it begins.
  const mixed = await history.buckets({ ...series, from: floor - 600_000, to: floor + 600_000, points: 40 });
  expect(mixed.reduce((sum, { count }) => sum + count, 0)).toBe(1200);
  expect(mixed[0]).toMatchObject({ at: floor - 600_000, count: 60 });
  expect(mixed.at(-1)).toMatchObject({ count: 30 });
  await clock.advance(2 * day);
  await expect.poll(async () => (await clock.advance(60_000), await counted()), soon).toBe(0);
});

test('a file that grows too large loses its oldest samples first, and shrinks', async () => {
  const maxBytes = 1_500_000;
  const { history, add, clock, path, all } = rig({ retention: { maxBytes } });
  for (let n = 0; n < 60; n++) {
    for (let index = 0; index < 800; index++) add(epoch + (n * 800 + index) * 1000, n * 800 + index);
    await history.samples({ ...everything, limit: 1 });
  }
  for (let index = 0; index < 500; index++) add(epoch + index * 1000, 'x'.repeat(2000));
  await history.samples({ ...everything, limit: 1 });
  await clock.advance(13 * 3_600_000);
  const check = async (): Promise<number> => {
    await clock.advance(60_000);
    return statSync(path).size;
  };
  await expect.poll(check, soon).toBeLessThan(maxBytes);
  const left = await all(1);
  expect(left[0]?.at).toBeGreaterThan(epoch + 400_000);
  const [whole] = await history.buckets({ ...everything, points: 1 });
  expect(whole).toMatchObject({ count: 48_000, min: 0, max: 47_999 });
});

test('what was written is there after a restart', async () => {
  const first = rig();
  first.add(epoch, 5);
  await first.history.close();
  const second = rig({ directory: first.directory });
  second.add(epoch + 1, 6);
  expect((await second.all()).map(({ value }) => value)).toEqual([5, 6]);
});

test.each([
  [
    'of a newer version',
    (path: string) => {
      const db = new DatabaseSync(path);
      db.exec('PRAGMA user_version = 99');
      db.close();
    },
    /newer version.*schema 99.*move the file away/,
  ],
  [
    'that is none',
    (path: string) => writeFileSync(path, 'garbage'.repeat(2000)),
    /history\.db: it is damaged or no database.*move the file away and restart/,
  ],
])('a file %s turns the history off, once and clearly, and is left alone', async (_, spoil, message) => {
  const first = rig();
  await first.history.samples({ ...everything, limit: 1 });
  await first.history.close();
  spoil(first.path);
  const before = readFileSync(first.path);
  const { history, add, told, clock } = rig({ directory: first.directory });
  add(epoch, 1);
  await clock.advance(500);
  await expect.poll(() => told, soon).toEqual([expect.stringMatching(message)]);
  add(epoch, 2);
  await clock.advance(200_000);
  await expect(history.samples({ ...everything, limit: 1 })).rejects.toMatchObject({
    code: 'journal-unavailable',
    message: expect.stringMatching(message) as string,
  });
  await expect(history.buckets({ ...everything, points: 1 })).rejects.toThrow(/the history is off/);
  expect(history.trouble).toMatch(message);
  await expect.poll(() => history.lost, soon).toBe(2);
  expect(told).toHaveLength(1);
  await history.close();
  expect(readFileSync(first.path).equals(before)).toBe(true);
});

test('a file that another process holds costs samples, is told once, and works again afterwards', async () => {
  const { history, add, told, path, all, clock } = rig();
  add(epoch, 1);
  expect(await all()).toHaveLength(1);
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  for (const value of [2, 3]) {
    add(epoch + value, value);
    await clock.advance(250);
    await expect.poll(() => history.lost, soon).toBe(value - 1);
  }
  expect(told).toEqual([expect.stringMatching(/history\.db: another process holds it; end that process/)]);
  other.exec('ROLLBACK');
  other.close();
  add(epoch + 4, 4);
  expect((await all()).map(({ value }) => value)).toEqual([1, 4]);
  await expect.poll(() => history.trouble, soon).toBeUndefined();
});

test('before it is opened samples wait in memory, queries are turned away, and no file is made', async () => {
  const { path, history, add, all, clock, written } = rig({ opens: false });
  for (let count = 0; count < 1500; count++) add(epoch + count, count);
  await clock.advance(1000);
  await expect(all()).rejects.toMatchObject({
    code: 'journal-unavailable',
    message: /opens together with the journal/,
  });
  expect(existsSync(path)).toBe(false);
  history.open();
  history.open();
  await written(1500);
  expect(await all(2000)).toHaveLength(1500);
});

test('closed before it was opened it makes no file', async () => {
  const { path, history, add, all } = rig({ opens: false });
  add(epoch, 1);
  await history.close();
  history.open();
  expect(existsSync(path)).toBe(false);
  await expect(all()).rejects.toMatchObject({ code: 'shutting-down' });
});
