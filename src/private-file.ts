import { chmodSync, closeSync, lstatSync, openSync } from 'node:fs';
import { lchown, lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** For the owner alone. */
const mode = 0o600;

/**
 * Has a file that is about to be opened be its owner's alone, whether it is there already or not: SQLite makes files that
 * everybody may read, and whoever may read one may lock it. What it keeps beside the file gets the same mode. A file that
 * is there is not opened: closing it again would release this process's lock on it (POSIX, fcntl). What a link leads to is left
 * alone. Never throws: what cannot be done here is explained by whoever opens the file.
 */
export function keepPrivate(path: string): void {
  attempt(() => closeSync(openSync(path, 'wx', mode)));
  for (const suffix of ['', '-wal', '-shm']) {
    attempt(() => {
      const its = lstatSync(path + suffix);
      // Mostly it has the mode already: then nothing is done by name to what may be another file by now.
      if (its.isFile() && (its.mode & 0o777) !== mode) chmodSync(path + suffix, mode);
    });
  }
}

/** In a folder of somebody else's a link would have the super-user open, or make, whatever that one likes. */
export function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw new Error(`${path} is a link, and has to be a file; remove it`);
}

/** What the super-user makes in a service's folder, the service must be able to use. A link leads to nothing of it. Never throws. */
export async function likeItsFolder(path: string): Promise<void> {
  try {
    const [its, own] = await Promise.all([stat(dirname(path)), lstat(path)]);
    // One that has another name, too, is perhaps something else there.
    if (its.uid !== own.uid && (own.isDirectory() || own.nlink === 1)) await lchown(path, its.uid, its.gid);
  } catch {
    // It is gone, or this is not the super-user.
  }
}

/** The same for all that is in a folder. */
export async function likeThisFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await likeItsFolder(path);
    if (entry.isDirectory()) await likeThisFolder(path);
  }
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // It is there already, or it is not, or it is somebody else's.
  }
}
