import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from './finding.ts';

const bytesPerMegabyte = 1_000_000;
/** Room for a few hours of a busy store. */
const fewMegabytes = 500;
/** The next segment of a log may not fit any more. */
const noMegabytes = 50;

/** Itself, or the first folder above it that there is. */
export async function nearest(directory: string): Promise<string> {
  const isThere = await stat(directory).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const above = dirname(directory);
  return isThere || above === directory ? directory : await nearest(above);
}

/** How much room there is where the store is, or will be. */
export async function checkDisk(directory: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearest(directory));
  return judgeDisk(directory, Math.floor((bavail * bsize) / bytesPerMegabyte));
}

export function judgeDisk(directory: string, megabytes: number): Finding {
  const about = { check: 'disk', of: directory, detail: `${megabytes} MB free` } as const;
  if (megabytes >= fewMegabytes) return { ...about, status: 'ok' };
  const advice = 'make room, or keep less: store.keepMegabytes, store.keepReadingsMegabytes';
  return { ...about, status: megabytes < noMegabytes ? 'fail' : 'warn', advice };
}
