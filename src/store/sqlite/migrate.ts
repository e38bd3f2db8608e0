import type { DatabaseSync } from 'node:sqlite';
import { FinalError } from '../thread/protocol.ts';
import { transaction, versionOf } from './file.ts';

/** SQL that leads from one version of a schema to the next. Once released it is never changed. */
export type Migration = string;

/**
 * Brings a database to the newest version: `migrations[n]` leads from version n to n + 1, an empty file being version
 * 0. Each step happens whole or not at all. Throws when the file is of a version that is not known here.
 */
export function migrate(db: DatabaseSync, migrations: readonly Migration[], path: string): void {
  const found = versionOf(db);
  if (found > migrations.length) throw newer(path, found, migrations.length);
  for (const [index, sql] of migrations.entries()) {
    if (index < found) continue;
    transaction(db, () => db.exec(`${sql}; PRAGMA user_version = ${index + 1}`));
  }
}

function newer(path: string, found: number, known: number): FinalError {
  const message =
    `${path} was written by a newer version of this service (it has schema ${found}, this one knows ${known}); run ` +
    `that version again, or move the file away and begin a new one`;
  return new FinalError('journal-unavailable', message);
}
