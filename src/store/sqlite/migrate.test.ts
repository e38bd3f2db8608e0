import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HistoryFile } from '../history/history-file.ts';
import { historyMigrations } from '../history/schema.ts';
import { openFile, versionOf } from './file.ts';
import { migrate } from './migrate.ts';

const directory = mkdtempSync(join(tmpdir(), 'bellcrank-migrate-'));
afterAll(() => rmSync(directory, { recursive: true }));

const sample = { device: 'd', property: 'p', at: 5, number: 1, json: null };
const span = { device: 'd', property: 'p', from: 0, to: 10, after: undefined, limit: 5 };

test('a history of version 1 is brought to version 2 with all that is in it', () => {
  const path = join(directory, 'history.db');
  const [first = ''] = historyMigrations;
  const old = HistoryFile.open(path, [first]);
  expect(versionOf(old.db)).toBe(1);
  old.add([sample]);
  old.close();
  const next = HistoryFile.open(path, [first, `ALTER TABLE series ADD COLUMN unit TEXT; UPDATE series SET unit = 'V'`]);
  expect(versionOf(next.db)).toBe(2);
  expect(next.samples(span)).toEqual([{ at: 5, n: 0, number: 1, json: null }]);
  expect(next.db.prepare('SELECT unit FROM series').all()).toMatchObject([{ unit: 'V' }]);
  next.close();
  expect(() => HistoryFile.open(path, [first])).toThrow(
    /history\.db was written by a newer version.*schema 2.*knows 1/,
  );
});

test('a step happens whole or not at all, and those before it stay', () => {
  const path = join(directory, 'broken.db');
  const db = openFile(path);
  const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x); CREATE TABLE a (x)'];
  expect(() => migrate(db, steps, path)).toThrow(/already exists/);
  expect(versionOf(db)).toBe(1);
  const tables = db.prepare('SELECT name FROM sqlite_schema').all();
  expect(tables.map((row) => row['name'])).toEqual(['a']);
  migrate(db, [steps[0] ?? '', 'CREATE TABLE c (x)'], path);
  expect(versionOf(db)).toBe(2);
  db.close();
});
