import { chmodSync, closeSync, openSync } from 'node:fs';

/** For the owner alone. */
const mode = 0o600;

/**
 * Has a file that is about to be opened be its owner's alone, whether it is there already or not: SQLite makes files that
 * everybody may read, and whoever may read one may lock it. What it keeps beside the file gets the same mode. A file that
 * is there is not opened: closing it again would release this process's lock on it (POSIX, fcntl). Never throws: what
 * cannot be done here is explained by whoever opens the file.
 */
export function keepPrivate(path: string): void {
  attempt(() => closeSync(openSync(path, 'wx', mode)));
  for (const suffix of ['', '-wal', '-shm']) attempt(() => chmodSync(path + suffix, mode));
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // It is there already, or it is not, or it is somebody else's.
  }
}
