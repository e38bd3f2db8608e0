import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LogError } from './log-error.ts';

const busy = 5;

/**
 * Keeps other processes, and other stores of this one, out of a directory for as long as the process lives. Nothing but
 * SQLite may open its file: closing any other descriptor of it would release the lock (POSIX, fcntl).
 */
export class DirectoryLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  static take(directory: string): DirectoryLock {
    const path = join(directory, 'lock.db');
    const database = open(path);
    try {
      // Nothing is ever written to it. A journal in a file would need space on a disk that may have none.
      database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      return new DirectoryLock(database);
    } catch (error) {
      database.close();
      throw explain(path, directory, error);
    }
  }

  release(): void {
    this.#database.close();
  }
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw new LogError('io', `${path} cannot be opened: ${String(error)}`, error);
  }
}

function explain(path: string, directory: string, error: unknown): LogError {
  const isBusy = error instanceof Error && 'errcode' in error && error.errcode === busy;
  if (!isBusy)
    return new LogError('io', `${path} cannot be locked; delete it if it is damaged: ${String(error)}`, error);
  return new LogError(
    'locked',
    `the journal in ${directory} is in use by another process; stop that one, or give this one another directory`,
    error,
  );
}
