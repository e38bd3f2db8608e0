import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { copyInto } from './copy.ts';
import type { BackupFile } from './manifest.ts';

/** How often it is looked whether a file was begun meanwhile. */
const maxRounds = 100;

/**
 * Copies files of which the newest alone is appended to, oldest first; those that are begun meanwhile as well. One that grew
 * until another was begun is copied once more: what was written to it last stands nowhere else. One that is gone when its turn
 * comes was too old.
 */
export async function copyAppended(part: string, folder: string, list: () => readonly string[]): Promise<BackupFile[]> {
  const files = new Map<string, readonly BackupFile[]>();
  let newest: string | undefined;
  if (folder !== '') await mkdir(join(part, folder), { mode: 0o700 });
  for (let round = 0; round < maxRounds; round++) {
    const paths = list();
    const grown = newest === paths.at(-1) ? undefined : newest;
    newest = paths.at(-1);
    const fresh = paths.filter((path) => !files.has(path));
    if (fresh.length === 0 && grown === undefined) return [...files.values()].flat();
    for (const path of grown === undefined ? fresh : [grown, ...fresh]) {
      const name = join(folder, basename(path));
      await rm(join(part, name), { force: true });
      files.set(path, await copyInto(part, path, name));
    }
  }
  throw new Error('the service begins new files faster than they can be copied');
}
