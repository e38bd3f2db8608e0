import { BellcrankError } from '../../errors.ts';
import type { LogPosition, LogSlice, ReadLog } from '../log/entry.ts';
import { explained, isDamage } from '../sqlite/errors.ts';
import { removeFile } from '../sqlite/file.ts';
import { turn } from '../thread/serve.ts';
import { IndexFile } from './index-file.ts';

/**
 * Entries that are taken in at once: some 10 ms, and then whatever else waits has its turn. Each slice writes every page
 * that it touches, so a few large ones cost less than many small ones.
 */
const sliceEntries = 3000;

/** Commands that are forgotten at once. */
const pruneCommands = 2000;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface FollowerSettings {
  readonly directory: string;
  readonly path: string;
  readonly readLog: ReadLog;
}

/** Keeps the index's file up with the log, and builds it anew when it is damaged or does not fit the log. */
export class Follower {
  readonly #settings: FollowerSettings;
  readonly #waiting: Waiting[] = [];
  #file: IndexFile | undefined;
  #isRunning = false;
  #isClosed = false;
  #mayRebuild = true;

  constructor(settings: FollowerSettings) {
    this.#settings = settings;
  }

  /** Asks the file once it knows all that is in the log now. A damaged file is built anew, and asked again. */
  async ask<T>(question: (file: IndexFile) => T): Promise<T> {
    await this.follow();
    try {
      return this.#use(question);
    } catch (error) {
      if (!isDamage(error)) throw error;
      await this.follow();
      return this.#use(question);
    }
  }

  /** Resolves when a read that began after this call has come to the log's end. */
  follow(): Promise<void> {
    const followed = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    if (!this.#isRunning) void this.#run();
    return followed;
  }

  async prune(beforeMs: number): Promise<void> {
    while (!this.#isClosed && this.#use((file) => file.prune(beforeMs, pruneCommands)) > 0) await turn();
  }

  close(): void {
    this.#isClosed = true;
    this.#letGo();
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let damages = 0; this.#waiting.length > 0;) {
      try {
        if (this.#step()) for (const { resolve } of this.#waiting.splice(0)) resolve();
        else await turn();
      } catch (error) {
        if (isDamage(error) && damages++ === 0) continue;
        for (const { reject } of this.#waiting.splice(0)) reject(explained(error, this.#settings.path));
      }
    }
    this.#isRunning = false;
  }

  /**
   * Takes one slice in; true at the end of the log. A log that keeps growing would never give an empty slice: a short
   * one is the end, too, unless the log's reader stopped where a segment ends.
   */
  #step(): boolean {
    const { texts, next } = this.#use((file) => this.#read(file));
    const from = this.#use((file) => {
      const { position } = file;
      if (!isSame(position, next)) file.apply({ texts, next });
      return position;
    });
    const isEnd = texts.length === 0 || (texts.length < sliceEntries && from?.segment === next.segment);
    this.#mayRebuild ||= isEnd;
    return isEnd;
  }

  /**
   * After a power cut the index may know more of the log than is left of it, and its place in it means nothing: it is
   * built anew, but not again before it has once come to the log's end, which one that is damaged never lets it.
   */
  #read(file: IndexFile): LogSlice {
    const { directory, readLog } = this.#settings;
    try {
      return readLog(directory, file.position, sliceEntries);
    } catch (error) {
      if (file.position === undefined || !this.#mayRebuild || isSystemError(error)) throw error;
      const slice = readLog(directory, undefined, sliceEntries);
      this.#mayRebuild = false;
      this.#discard();
      return slice;
    }
  }

  /** Opens the file when it is first needed; lets go of one that is damaged, so that the next use builds it anew. */
  #use<T>(work: (file: IndexFile) => T): T {
    const { path } = this.#settings;
    if (this.#isClosed) throw closed();
    try {
      this.#file ??= IndexFile.open(path);
      return work(this.#file);
    } catch (error) {
      if (!isDamage(error)) throw explained(error, path);
      this.#discard();
      throw error;
    }
  }

  #letGo(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #discard(): void {
    this.#letGo();
    removeFile(this.#settings.path);
  }
}

function isSame(a: LogPosition | undefined, b: LogPosition): boolean {
  return a !== undefined && a.segment === b.segment && a.offset === b.offset;
}

function closed(): BellcrankError {
  return new BellcrankError('shutting-down', 'the index of commands is closed');
}

/** Of the operating system (no file handles left, say), which tells nothing of the log's content. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && !('errcode' in error);
}
