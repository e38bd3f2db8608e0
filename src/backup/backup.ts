import { existsSync, readdirSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listSegments as auditSegments } from '../audit/segments.ts';
import type { Clock } from '../clock.ts';
import { refuseHalfRestored } from '../store/log/half-restored.ts';
import { readFacts } from '../store/log/read-facts.ts';
import { listSegments } from '../store/log/segment.ts';
import { copyAppended } from './copy-appended.ts';
import { copyInto, digestOf } from './copy.ts';
import { copyDatabase } from './copy-database.ts';
import { type BackupFile, formatVersion, type Manifest, manifestName } from './manifest.ts';

export interface BackupSettings {
  readonly store: string;
  /** A folder that does not exist yet, or is empty. */
  readonly to: string;
  /** Leave out the readings, which may be by far the most. */
  readonly withoutHistory: boolean;
  readonly version: string;
  readonly clock: Clock;
}

/**
 * Copies a store while a service uses it. The log of commands is only ever appended to, and its newest file alone is
 * enough to begin with; so whatever was told before the backup began is in it, and what was under way then is under way
 * in it, too. The audit is copied after the facts, which remember how far it had come. Throws an Error for people.
 */
export async function backUp({ store, to, withoutHistory, version, clock }: BackupSettings): Promise<Manifest> {
  if (!isEmpty(to)) throw new Error(`${to} is there already; choose a folder that is not`);
  if (!isStore(store)) throw new Error(`${store} is no store: there is no log of commands in it`);
  refuseHalfRestored(store);
  const parent = dirname(to);
  if (!existsSync(parent)) throw new Error(`the folder ${parent} does not exist; make it first, or choose another`);
  const begunAt = new Date(clock.now()).toISOString();
  const part = await mkdtemp(`${to}.part-`);
  try {
    const files = [
      ...(await copyLog(store, part, '')),
      ...(await copyLog(store, part, 'notices')),
      ...(await copyAudit(store, part)),
      ...(await copyPlain(store, part, ['keys.json', 'keys-used.json'])),
      ...(withoutHistory ? [] : await copyHistory(store, part)),
    ];
    // What cannot be read again is no backup.
    readFacts(part);
    const manifest: Manifest = { format: formatVersion, version, begunAt, files };
    await writeFile(join(part, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    await rename(part, to);
    return manifest;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/** Nothing, or a folder with nothing in it. */
function isEmpty(path: string): boolean {
  return !existsSync(path) || readdirSync(path).length === 0;
}

function isStore(path: string): boolean {
  return existsSync(path) && listSegments(path).length > 0;
}

async function copyLog(store: string, part: string, folder: string): Promise<BackupFile[]> {
  const list = () => listSegments(join(store, folder)).map(({ path }) => path);
  return await copyAppended(part, folder, existsSync(join(store, folder)) ? list : () => []);
}

async function copyAudit(store: string, part: string): Promise<BackupFile[]> {
  const directory = join(store, 'audit');
  const list = () => auditSegments(directory).map(({ path }) => path);
  return await copyAppended(part, 'audit', existsSync(directory) ? list : () => []);
}

async function copyPlain(store: string, part: string, names: readonly string[]): Promise<BackupFile[]> {
  const copied: BackupFile[] = [];
  for (const name of names) copied.push(...(await copyInto(part, join(store, name), name)));
  return copied;
}

async function copyHistory(store: string, part: string): Promise<BackupFile[]> {
  const from = join(store, 'history.db');
  if (!existsSync(from)) return [];
  const to = join(part, 'history.db');
  try {
    await copyDatabase(from, to);
  } catch (cause) {
    throw new Error('the readings (history.db) cannot be copied; --no-history leaves them out', { cause });
  }
  await chmod(to, 0o600);
  return [{ path: 'history.db', ...(await digestOf(to)) }];
}
