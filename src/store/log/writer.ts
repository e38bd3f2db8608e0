import { closeSync, existsSync, ftruncateSync, statSync } from 'node:fs';
import { type Disk, realDisk, writeAll } from './disk.ts';
import { encodeFrames } from './frame.ts';
import type { Change } from './hatch.ts';
import type { LogLine } from './line.ts';
import { LogError, toLogError } from './log-error.ts';
import { makeSegment, removeLeftovers } from './new-segment.ts';
import { type Live, recover, type Recovered } from './recover.ts';
import { countToDrop, dropSegments, inspectSegment, type Kept, keptSince, type Retention } from './retention.ts';
import { listSegments } from './segment.ts';

/** `process`: an entry survives the end of the process (`kill -9`). `power`: also that of the machine. */
export type Durability = 'process' | 'power';

export interface WriterSettings {
  readonly directory: string;
  readonly durability: Durability;
  readonly retention: Retention;
  /** Wall-clock time, ms since 1970. */
  readonly now: () => number;
  /** A segment that has grown by this much is followed by a new one. */
  readonly segmentBytes?: number;
  readonly disk?: Disk;
  /** Sees to it that the directory exists and is locked, before each new segment. Throws a LogError. */
  readonly secure?: () => void;
}

/** What retention did, if it did anything. */
export interface Retained {
  /** Nothing that was written before this time (ms since 1970) is kept any more. */
  readonly keptSince?: number;
}

interface Current extends Kept {
  readonly fd: number;
  readonly inode: number;
  bytes: number;
  since: number;
  madeBy: number;
}

const defaultSegmentBytes = 16 * 1024 * 1024;
const leastSegmentBytes = 64 * 1024;
/** So that age and size are kept to within a tenth, although only whole segments are dropped. */
const segmentsKept = 10;
const leastSegmentMs = 60_000;
/**
 * Under load it is looked so often whether the file still has its name. What is lost by not looking after each batch is what
 * whoever removed it would have taken by doing so that much later.
 */
const lookEveryMs = 10;

/**
 * Appends to the log; the only writer of its directory, which exists and is locked. Each open begins a new segment, and
 * so does each write after a failed one: a reader that had seen what was then cut off is led on to the new segment.
 */
export class LogWriter {
  readonly #settings: WriterSettings;
  readonly #disk: Disk;
  readonly #live: Live;
  /** Oldest first, the current one included. */
  #segments: Kept[];
  #current: Current | undefined;
  #lastNumber: number;
  #broken = false;
  /** The current file was removed or replaced. */
  #gone = false;
  #lookedAt = -Infinity;

  private constructor(settings: WriterSettings, live: Live, segments: Kept[]) {
    this.#settings = settings;
    this.#disk = settings.disk ?? realDisk;
    this.#live = live;
    this.#segments = segments;
    this.#lastNumber = segments.at(-1)?.number ?? 0;
  }

  /** Throws a LogError if the directory cannot be used; nothing is changed then, but for a torn tail. */
  static open(settings: WriterSettings): { readonly writer: LogWriter; readonly recovered: Recovered } {
    const { directory } = settings;
    try {
      removeLeftovers(directory);
      const { recovered, live } = recover(listSegments(directory).at(-1));
      const writer = new LogWriter(settings, live, listSegments(directory).map(inspectSegment));
      writer.#roll();
      return { writer, recovered };
    } catch (error) {
      throw toLogError(`the journal in ${directory} cannot be opened`, error);
    }
  }

  /** Writes all of a batch, or throws a LogError and leaves none of it behind. */
  append(lines: readonly LogLine[]): Retained {
    const frames = encodeFrames(lines.map(({ text }) => text));
    return this.appendFrames(
      frames,
      lines.map(({ key, text, live }) => ({ key, text: live ? text : undefined })),
    );
  }

  /** The same, of a batch whose frames are ready. */
  appendFrames(frames: Buffer, changes: readonly Change[]): Retained {
    const mustRoll = this.#mustRoll();
    try {
      if (mustRoll) this.#roll();
      this.#write(frames);
    } catch (error) {
      throw toLogError(`the journal in ${this.#settings.directory} cannot be written`, error);
    }
    for (const { key, text } of changes) {
      if (text === undefined) this.#live.delete(key);
      else this.#live.set(key, text);
    }
    return mustRoll ? this.#drop() : {};
  }

  /** Drops what is too old or too much, and notices that the files are gone although nothing is being written. */
  retain(): Retained {
    this.#assertThere();
    return this.#drop();
  }

  close(): void {
    const fd = this.#current?.fd;
    this.#current = undefined;
    if (fd === undefined) return;
    attempt(() => this.#disk.sync(fd));
    closeSync(fd);
  }

  #drop(): Retained {
    const { retention, now } = this.#settings;
    const count = countToDrop(this.#segments, retention, now());
    if (count === 0) return {};
    dropSegments(this.#segments.splice(0, count));
    const since = keptSince(this.#segments, now());
    return since === undefined ? {} : { keptSince: since };
  }

  #mustRoll(): boolean {
    const { retention, now, segmentBytes = segmentBytesFor(retention) } = this.#settings;
    const current = this.#current;
    if (current === undefined || this.#broken) return true;
    const grown = current.bytes - current.firstEntry;
    const maxMs = Math.max(leastSegmentMs, retention.maxAgeMs / segmentsKept);
    return grown >= segmentBytes || (grown > 0 && now() - current.madeBy >= maxMs);
  }

  #roll(): void {
    const { directory, now, secure } = this.#settings;
    secure?.();
    if (this.#gone) this.#forgetRemoved();
    const createdAt = now();
    // Seconds since 1970: a number is not used again when the newest file is moved away.
    this.#lastNumber = Math.max(this.#lastNumber + 1, Math.floor(createdAt / 1000));
    const snapshot = [...this.#live.values()];
    const made = makeSegment(this.#disk, directory, { number: this.#lastNumber, createdAt, snapshot });
    if (this.#current !== undefined) closeSync(this.#current.fd);
    this.#dropEmpty();
    this.#current = {
      ...made,
      number: this.#lastNumber,
      createdAt,
      madeBy: createdAt,
      since: createdAt,
      firstEntry: made.bytes,
    };
    this.#segments.push(this.#current);
    this.#broken = false;
    this.#gone = false;
  }

  /** A segment that holds its snapshot alone says nothing that the next one does not. */
  #dropEmpty(): void {
    const previous = this.#segments.at(-1);
    if (previous === undefined || previous.bytes > previous.firstEntry) return;
    dropSegments([previous]);
    this.#segments.pop();
  }

  #write(bytes: Buffer): void {
    const current = this.#current;
    if (current === undefined) throw new Error('the log is closed');
    try {
      current.since = Math.min(current.since, this.#settings.now());
      current.madeBy = Math.min(current.madeBy, current.since);
      writeAll(this.#disk, current.fd, bytes);
      if (this.#settings.durability === 'power') this.#disk.sync(current.fd);
    } catch (error) {
      this.#broken = true;
      attempt(() => ftruncateSync(current.fd, current.bytes));
      throw error;
    }
    current.bytes += bytes.length;
    // Afterwards: what was written into a file that has no name any more is not on record.
    if (Math.abs(this.#settings.now() - this.#lookedAt) >= lookEveryMs) this.#assertThere();
  }

  /** The next write begins a new segment, from what is known in memory. */
  #assertThere(): void {
    const current = this.#current;
    this.#lookedAt = this.#settings.now();
    if (current === undefined || inodeOf(current.path) === current.inode) return;
    this.#broken = true;
    this.#gone = true;
    throw new LogError(
      'gone',
      `${current.path} was removed or replaced while the service runs. A new file is begun with the latches, leases and ` +
        'open commands of this process; what else was removed is lost unless it is put back',
    );
  }

  /** Another process may have used the directory before it was locked again: what it wrote must not be hidden. */
  #forgetRemoved(): void {
    const { directory } = this.#settings;
    const foreign = listSegments(directory).find(({ number }) => number >= this.#lastNumber);
    if (foreign !== undefined) throw replaced(foreign.path);
    this.#segments = this.#segments.filter(({ path }) => existsSync(path));
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function replaced(path: string): LogError {
  const message =
    `${path} is not this process’s own: its files were replaced while it runs. ` +
    'Restart the service to go on with them, or move them away to go on with what it has in memory';
  return new LogError('gone', message);
}

function segmentBytesFor({ maxBytes }: Retention): number {
  return Math.max(leastSegmentBytes, Math.min(defaultSegmentBytes, maxBytes / segmentsKept));
}

/** For what is worth trying on a disk that has just failed. */
function attempt(run: () => void): void {
  try {
    run();
  } catch {
    // What failed has been reported, and the next write begins a new segment.
  }
}
