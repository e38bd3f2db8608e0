import { closeSync, fstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Disk, syncDirectory, writeAll } from './disk.ts';
import { encodeFrames } from './frame.ts';
import { letGo } from './let-go.ts';
import { encodeHeader, segmentPath } from './segment.ts';

const temporary = '.tmp';

/** A segment that has just been made, open for appending. */
export interface NewSegment {
  readonly fd: number;
  readonly path: string;
  readonly bytes: number;
  /** Of its file: another one under its name is not this segment. */
  readonly inode: number;
}

/**
 * Makes a segment that begins with a snapshot. It gets its name only when all of it is on the disk, so a crash leaves
 * either the whole segment or none.
 */
export function makeSegment(
  disk: Disk,
  directory: string,
  { number, createdAt, snapshot }: { number: number; createdAt: number; snapshot: readonly string[] },
): NewSegment {
  const path = segmentPath(directory, number);
  const frames = encodeFrames(snapshot);
  const bytes = Buffer.concat([encodeHeader({ createdAt, snapshotBytes: frames.length }), frames]);
  letGo(frames);
  // What clients send to devices is nobody else's business.
  const fd = openSync(path + temporary, 'wx', 0o600);
  try {
    writeAll(disk, fd, bytes);
    disk.sync(fd);
    renameSync(path + temporary, path);
    syncDirectory(directory);
    const { length } = bytes;
    letGo(bytes);
    return { fd, path, bytes: length, inode: fstatSync(fd).ino };
  } catch (error) {
    closeSync(fd);
    rmSync(path + temporary, { force: true });
    throw error;
  }
}

/** What a crash in `makeSegment` left. */
export function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (/^\d+\.log\.tmp$/.test(name)) rmSync(join(directory, name), { force: true });
  }
}
