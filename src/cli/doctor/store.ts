import { randomBytes } from 'node:crypto';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { Finding } from './finding.ts';

const bytesPerMegabyte = 1_000_000;
/** Less than this, and the store is soon in trouble. */
const leastMegabytes = 200;
/** A disk that takes longer for one block holds up every command, with `durability: power` at least. */
const slowMs = 100;
const tries = 5;

/** The folder of the store: that it can be written, how much room there is, and how long a write takes to be safe. */
export async function checkStore(directory: string, clock: Clock): Promise<Finding[]> {
  const about = { check: 'store', of: directory } as const;
  const folder = await nearest(directory);
  const file = join(folder, `.bellcrank-doctor-${randomBytes(6).toString('hex')}`);
  try {
    const ms = await fsyncMs(file, clock);
    const made = folder === directory ? 'can be written' : `will be made in ${folder}, which can be written`;
    return [
      { ...about, status: 'ok', detail: made },
      await room(folder),
      ...slowness(ms),
    ];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const advice = `give it to the user of the service (chown), or name another in store.directory`;
    return [{ ...about, status: 'fail', detail: `${folder} cannot be written (${code})`, advice }];
  } finally {
    await rm(file, { force: true }).catch(() => {});
  }
}

/** Itself, or the first folder above it that there is. */
async function nearest(directory: string): Promise<string> {
  const isThere = await stat(directory).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const above = dirname(directory);
  return isThere || above === directory ? directory : await nearest(above);
}

/** The slowest of a few writes, in ms. */
async function fsyncMs(path: string, clock: Clock): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    let slowest = 0;
    for (let round = 0; round < tries; round++) {
      const begun = clock.monotonic();
      await file.write(Buffer.alloc(4096), 0, 4096, 0);
      await file.datasync();
      slowest = Math.max(slowest, clock.monotonic() - begun);
    }
    return slowest;
  } finally {
    await file.close();
  }
}

async function room(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const megabytes = Math.floor((bavail * bsize) / bytesPerMegabyte);
  const about = { check: 'disk', of: folder, detail: `${megabytes} MB free` } as const;
  if (megabytes >= leastMegabytes) return { ...about, status: 'ok' };
  const advice = 'make room, or keep less: store.keepMegabytes, store.keepReadingsMegabytes';
  return { ...about, status: 'warn', advice };
}

function slowness(ms: number): Finding[] {
  const detail = `a write is safe after ${ms.toFixed(1)} ms at most, of ${tries}`;
  if (ms <= slowMs) return [{ check: 'disk', status: 'ok', detail }];
  const advice = 'put store.directory on a faster disk; on an SD card leave store.durability as it is (process)';
  return [{ check: 'disk', status: 'warn', detail, advice }];
}
