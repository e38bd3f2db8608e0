import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../store/log/disk.ts';
import { DirectoryLock } from '../store/log/lock.ts';
import { errorCode } from '../store/log/log-error.ts';
import { readFacts } from '../store/log/read-facts.ts';
import { copyFile } from './copy.ts';
import { type BackupFile, type Manifest, manifestName, parseManifest } from './manifest.ts';

export interface RestoreSettings {
  readonly from: string;
  readonly store: string;
  /** What is in the store is moved aside instead of being in the way. */
  readonly force: boolean;
  /** Names the folder that what was there is moved to. */
  readonly stamp: string;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Where what was there is now. */
  readonly aside: string | undefined;
}

/**
 * Makes a store of a backup. Everything is copied and looked at beside what is there, and then takes its place; until
 * then nothing has changed. A store that a service uses is refused. Throws an Error for people.
 */
export async function restore({ from, store, force, stamp }: RestoreSettings): Promise<Restored> {
  const manifest = readManifest(from);
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const locks = lockAll(store);
  try {
    const old = contentsOf(store);
    if (old.length > 0 && !force) throw new Error(`${store} is not empty; --force moves aside what is there`);
    const staged = await mkdtemp(join(store, 'restoring-'));
    try {
      for (const file of manifest.files) await stage(from, staged, file);
      readFacts(staged);
      const aside = await moveAside(store, old, stamp);
      await takePlace(staged, store);
      return { manifest, aside };
    } finally {
      rmSync(staged, { recursive: true, force: true });
    }
  } finally {
    for (const lock of locks) lock.release();
  }
}

function readManifest(from: string): Manifest {
  try {
    return parseManifest(readFileSync(join(from, manifestName), 'utf8'));
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw new Error(`${from} is no backup: ${manifestName} cannot be read`, { cause: error });
  }
}

/** No service has any part of it open. */
function lockAll(store: string): DirectoryLock[] {
  const locks: DirectoryLock[] = [];
  try {
    for (const folder of ['', 'notices', 'audit']) {
      const directory = join(store, folder);
      if (existsSync(directory)) locks.push(DirectoryLock.take(directory));
    }
    return locks;
  } catch (error) {
    for (const lock of locks) lock.release();
    throw error;
  }
}

/** What is in the way: not the lock, and not what an earlier restore moved aside. */
function contentsOf(store: string): string[] {
  return readdirSync(store).filter((name) => !/^(lock\.db|before-.*|restoring-.*)$/.test(name));
}

async function stage(from: string, staged: string, { path, bytes, sha256 }: BackupFile): Promise<void> {
  const to = join(staged, path);
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const copied = await copyFile(join(from, path), to).catch((cause: unknown) => {
    throw new Error(`${path} of the backup cannot be read`, { cause });
  });
  if (copied.bytes !== bytes || copied.sha256 !== sha256) {
    throw new Error(`${path} of the backup is not what was written; nothing was changed`);
  }
}

async function moveAside(store: string, old: readonly string[], stamp: string): Promise<string | undefined> {
  if (old.length === 0) return undefined;
  const aside = join(store, `before-${stamp}`);
  await mkdir(aside, { mode: 0o700 });
  for (const name of old) await rename(join(store, name), join(aside, name));
  return aside;
}

async function takePlace(staged: string, store: string): Promise<void> {
  // A log without its newest file would be another store: the folders first, the log from its oldest file on.
  const names = readdirSync(staged).sort(
    (a, b) => Number(a.endsWith('.log')) - Number(b.endsWith('.log')) || (a < b ? -1 : 1),
  );
  for (const name of names) await rename(join(staged, name), join(store, name));
  await rmdir(staged);
  syncDirectory(store);
}
