import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../store/log/disk.ts';
import { halfRestored } from '../store/log/half-restored.ts';
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
 * then nothing has changed. One that is interrupted while it does so leaves a store that no service uses, and is called again.
 * A store that a service uses is refused. Throws an Error for people.
 */
export async function restore({ from, store, force, stamp }: RestoreSettings): Promise<Restored> {
  const manifest = readManifest(from);
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const locks = lockAll(store);
  try {
    const old = contentsOf(store);
    if (old.length > 0 && !force) throw new Error(`${store} is not empty; --force moves aside what is there`);
    const staged = await stageAll(from, store, manifest);
    const aside = old.length === 0 ? undefined : join(store, `before-${stamp}`);
    if (aside !== undefined) await mkdir(aside, { mode: 0o700 });
    const moving = await beginMoving(staged, store);
    if (aside !== undefined) for (const name of old) await rename(join(store, name), join(aside, name));
    await takePlace(moving, store);
    return { manifest, aside };
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

/** What is in the way: not the lock, and not what an earlier restore moved aside or had not put in its place. */
function contentsOf(store: string): string[] {
  return readdirSync(store).filter((name) => !/^(lock\.db|before-.*|restoring-.*|half-restored)$/.test(name));
}

/** A folder in the store with all that it is to hold. */
async function stageAll(from: string, store: string, { files }: Manifest): Promise<string> {
  const staged = await mkdtemp(join(store, 'restoring-'));
  try {
    for (const file of files) await stage(from, staged, file);
    readFacts(staged);
    return staged;
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    throw error;
  }
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

/** From here on a service leaves the store alone until all of it is in its place. */
async function beginMoving(staged: string, store: string): Promise<string> {
  const moving = join(store, halfRestored);
  // What an earlier one that was interrupted had not put in its place: there it stays half restored.
  if (existsSync(moving)) for (const name of readdirSync(moving)) rmSync(join(moving, name), { recursive: true });
  await rename(staged, moving);
  syncDirectory(store);
  return moving;
}

async function takePlace(moving: string, store: string): Promise<void> {
  for (const name of readdirSync(moving)) await rename(join(moving, name), join(store, name));
  syncDirectory(store);
  await rmdir(moving);
  syncDirectory(store);
}
