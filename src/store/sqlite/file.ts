import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { keepPrivate } from '../../private-file.ts';

/** How long another process may hold the file before a statement fails; the thread blocks for as long. */
const busyMs = 2000;

/** Opens or creates a database file and reads its header, so that a file that is none throws here. */
export function openFile(path: string, pragmasOfNew: readonly string[] = []): DatabaseSync {
  keepPrivate(path);
  const db = new DatabaseSync(path, { timeout: busyMs });
  try {
    const isNew = db.prepare('PRAGMA page_count').get()?.['page_count'] === 0;
    const pragmas = [...(isNew ? pragmasOfNew : []), 'journal_mode = WAL', 'synchronous = NORMAL'];
    for (const pragma of pragmas) db.exec(`PRAGMA ${pragma}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Removes a database and what SQLite keeps beside it. */
export function removeFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}

/** Runs all of it or nothing of it. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors (a full disk) have rolled back already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
