import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { likeItsFolder } from '../../private-file.ts';

/** Puts a text in a file's place, whole or not at all, for its owner alone; on the disk when it resolves. */
export async function replaceFile(path: string, text: string, { durable = true } = {}): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await likeItsFolder(temporary);
    await rename(temporary, path);
    if (durable) await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
