import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { keepPrivate, refuseLink } from './private-file.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'bellcrank-private-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('a database, and what SQLite keeps beside it, is its owner’s alone', () => {
  const path = join(folder(), 'new.db');
  keepPrivate(path);
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x)');
  expect(['', '-wal', '-shm'].map((suffix) => modeOf(path + suffix))).toEqual([0o600, 0o600, 0o600]);
  database.close();
});

test('one that others could read is theirs no more, and stays what it is', () => {
  const path = join(folder(), 'old.db');
  writeFileSync(path, 'kept', { mode: 0o644 });
  keepPrivate(path);
  expect([modeOf(path), statSync(path).size]).toEqual([0o600, 4]);
});

test('where nothing can be made nothing is thrown', () => {
  expect(() => keepPrivate('/nowhere/at/all.db')).not.toThrow();
});

test('what a link leads to is left alone', () => {
  const [its, path] = [folder(), join(folder(), 'lock.db')];
  const target = join(its, 'passwd');
  writeFileSync(target, '', { mode: 0o644 });
  symlinkSync(target, path);
  keepPrivate(path);
  expect(modeOf(target)).toBe(0o644);
  expect(() => refuseLink(path)).toThrow('is a link');
  refuseLink(target);
});
