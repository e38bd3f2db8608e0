import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { DirectoryLock } from '../store/log/lock.ts';
import { syncDirectory } from '../store/log/disk.ts';
import { endOf } from '../store/log/retention.ts';
import type { Head } from './line.ts';
import { listSegments, type Segment, segmentOf } from './segments.ts';
import { begunAt, firstLink, hashOf, readTail, type Tail } from './tail.ts';

/** The two calls in which a disk says that it is full or broken. */
export interface AuditDisk {
  write(file: FileHandle, bytes: Buffer, at: number): Promise<void>;
  sync(file: FileHandle): Promise<void>;
}

export const auditDisk: AuditDisk = {
  async write(file, bytes, at) {
    for (let from = 0; from < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, from, bytes.length - from, at + from);
      from += bytesWritten;
    }
  },
  sync: (file) => file.datasync(),
};

const segmentBytes = 8 * 1024 * 1024;
/** A log in which little is written has segments as well, so that age can end them. */
const segmentMs = 24 * 60 * 60 * 1000;

/** Lines on their way, and where the chain stands with them. */
export interface Batch {
  readonly text: string;
  readonly head: Head;
}

interface Current {
  readonly segment: Segment;
  readonly file: FileHandle;
  readonly inode: number;
  readonly begunAt: number;
  bytes: number;
  /** A write failed, and what it left is to be written again. */
  failed: boolean;
}

/** The oldest segment, and what the chain was when it ended. */
export interface Oldest {
  readonly segment: Segment;
  readonly end: Head | undefined;
}

/** The files of the log, which nobody else writes as long as they are open. */
export class AuditFile {
  readonly tail: Tail;
  readonly #directory: string;
  readonly #disk: AuditDisk;
  readonly #lock: DirectoryLock;
  #current: Current | undefined;
  #lastNumber: number;
  #head: Head;

  private constructor(directory: string, { disk, lock, tail }: { disk: AuditDisk; lock: DirectoryLock; tail: Tail }) {
    this.#directory = directory;
    this.#disk = disk;
    this.#lock = lock;
    this.tail = tail;
    this.#head = tail.head;
    this.#lastNumber = tail.segments.at(-1)?.number ?? 0;
  }

  /** Makes the directory if need be and locks it. What a crash left in it stays; the log goes on in a new file then. */
  static async open(directory: string, disk: AuditDisk): Promise<AuditFile> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const lock = DirectoryLock.take(directory);
    try {
      const tail = await readTail(directory);
      const file = new AuditFile(directory, { disk, lock, tail });
      if (tail.torn.length + tail.damaged.length === 0) await file.#resume();
      return file;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get head(): Head {
    return this.#head;
  }

  /**
   * Writes a batch, for a second time where it failed before: it then stands where the first attempt stood. Resolves
   * with whether that began a new segment.
   */
  async append({ text, head }: Batch, now: number): Promise<boolean> {
    const before = this.#current;
    const current = await this.#segmentFor(now);
    const bytes = Buffer.from(text);
    current.failed = true;
    await this.#disk.write(current.file, bytes, current.bytes);
    current.failed = false;
    current.bytes += bytes.length;
    this.#head = head;
    return current !== before;
  }

  /** Returns once what was written is on the disk. */
  async sync(): Promise<void> {
    if (this.#current !== undefined) await this.#disk.sync(this.#current.file);
  }

  /** Whether the newest file is what was written. If it is not, the log goes on in a new one. */
  async isIntact(): Promise<boolean> {
    const current = this.#current;
    if (current === undefined) return true;
    const found = await stat(current.segment.path).catch(() => undefined);
    if (found?.ino === current.inode && (found.size === current.bytes || current.failed)) return true;
    this.#current = undefined;
    await current.file.close();
    return false;
  }

  /** The oldest segment, if it is older than `keepMs` or there is too much of them; the newest one never goes. */
  async oldestToGo(now: number, keepMs: number, maxBytes: number): Promise<Oldest | undefined> {
    const segments = listSegments(this.#directory);
    const [segment, next] = segments;
    if (segment === undefined || next === undefined || segment.number === this.#current?.segment.number) {
      return undefined;
    }
    const sizes = await Promise.all(segments.map(async ({ path }) => (await stat(path)).size));
    const isTooMuch = sizes.reduce((sum, size) => sum + size, 0) > maxBytes;
    if (!isTooMuch && (await endOfOldest(segments, now)) >= now - keepMs) return undefined;
    const follower = firstLink(await readFile(next.path));
    return { segment, end: follower === undefined ? undefined : { seq: follower.seq - 1, hash: follower.prev } };
  }

  async remove({ segment }: Oldest): Promise<void> {
    await rm(segment.path);
  }

  async hashOf(seq: number): Promise<string | undefined> {
    return await hashOf(listSegments(this.#directory), seq);
  }

  async close(): Promise<void> {
    await this.#current?.file.close();
    this.#lock.release();
  }

  async #resume(): Promise<void> {
    const segment = this.tail.segments.at(-1);
    if (segment === undefined) return;
    const file = await open(segment.path, 'r+');
    const { ino: inode } = await file.stat();
    const { bytes, begunAt = 0 } = this.tail;
    this.#current = { segment, file, inode, bytes, begunAt, failed: false };
  }

  async #endSegment({ file }: Current): Promise<void> {
    try {
      await this.#disk.sync(file);
    } finally {
      await file.close();
    }
  }

  async #segmentFor(now: number): Promise<Current> {
    const current = this.#current;
    // A clock that was ahead, or behind, may be right again.
    if (current !== undefined && current.bytes < segmentBytes && Math.abs(now - current.begunAt) < segmentMs)
      return current;
    const segment = segmentOf(this.#directory, ++this.#lastNumber);
    // What clients did is nobody else's business.
    const file = await open(segment.path, 'wx', 0o600);
    const { ino: inode } = await file.stat();
    this.#current = { segment, file, inode, bytes: 0, begunAt: now, failed: false };
    syncDirectory(this.#directory);
    if (current !== undefined) await this.#endSegment(current);
    return this.#current;
  }
}

/** By when all was written that is in the oldest one. Years have thousands: as a rule the next one says it. */
async function endOfOldest(segments: readonly Segment[], now: number): Promise<number> {
  const made: number[] = [];
  for (const segment of segments) {
    made.push(await begunAt(segment));
    const end = endOf(made, 0, now);
    if (end < Infinity) return end;
  }
  return Infinity;
}
