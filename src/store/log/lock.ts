import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { keepPrivate, refuseLink } from '../../private-file.ts';
import { LogError } from './log-error.ts';

const busy = 5;

/**
 * Keeps other processes, and other stores of this one, out of a directory for as long as the process lives. Nothing but
 * SQLite may open its file: closing any other descriptor of it would release the lock (POSIX, fcntl).
 */
export class DirectoryLock {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #inode: number | undefined;

  private constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#path = path;
    this.#inode = inodeOf(path);
  }

  static take(directory: string): DirectoryLock {
    const path = join(directory, 'lock.db');
    const database = open(path);
    try {
      // Nothing is ever written to it. A journal in a file would need space on a disk that may have none.
      database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      return new DirectoryLock(database, path);
    } catch (error) {
      database.close();
      throw explain(path, directory, error);
    }
  }

  /** Whether other processes would meet this lock: they do not once its file is removed, or its directory moved. */
  get holds(): boolean {
    return this.#inode !== undefined && inodeOf(this.#path) === this.#inode;
  }

  release(): void {
    this.#database.close();
  }
}

/** Without opening the file, which would be the end of the lock. */
function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function open(path: string): DatabaseSync {
  try {
    refuseLink(path);
    keepPrivate(path);
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
