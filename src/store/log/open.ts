import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from './disk.ts';
import { refuseHalfRestored } from './half-restored.ts';
import { DirectoryLock } from './lock.ts';
import { toLogError } from './log-error.ts';
import type { Recovered } from './recover.ts';
import { LogWriter, type WriterSettings } from './writer.ts';

/** A log whose directory is this process's own until it is closed. */
export interface OpenLog {
  readonly writer: LogWriter;
  readonly recovered: Recovered;
  close(): void;
}

/** Makes the directory if need be, locks it and opens the log in it. Throws a LogError. */
export function openLog(settings: WriterSettings): OpenLog {
  const { directory } = settings;
  prepare(directory);
  refuseHalfRestored(directory);
  let lock = DirectoryLock.take(directory);
  const secure = (): void => {
    prepare(directory);
    if (lock.holds) return;
    const next = DirectoryLock.take(directory);
    lock.release();
    lock = next;
  };
  try {
    const { writer, recovered } = LogWriter.open({ ...settings, secure });
    const close = (): void => {
      writer.close();
      lock.release();
    };
    return { writer, recovered, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepare(directory: string): void {
  try {
    const made = mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) syncDirectory(dirname(made));
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw toLogError(`the journal’s directory ${directory} cannot be used`, error);
  }
}
