import { backup, DatabaseSync } from 'node:sqlite';

/** SQLite's own way to copy a database that is in use: as it is now, whatever is written meanwhile. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { timeout: 5000 });
  try {
    // Outside a transaction it begins anew whenever somebody has written: with a large file it never ends.
    source.exec('BEGIN; SELECT 1 FROM sqlite_schema');
    await backup(source, to);
  } finally {
    source.close();
  }
}
