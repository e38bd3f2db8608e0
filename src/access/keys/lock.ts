import { DatabaseSync } from 'node:sqlite';
import { type Clock, delay } from '../../clock.ts';
import { keepPrivate, likeItsFolder, refuseLink } from '../../private-file.ts';
import { BellcrankError, messageOf } from '../../errors.ts';

const busy = 5;
/** How long another writer is waited for, and how often it is looked. */
const waitMs = 5000;
const lookMs = 20;

/**
 * Keeps other writers out until it is disposed of, those of other processes included. The kernel takes it back from a
 * process that dies, so none is ever left behind.
 */
export async function lockedBy(path: string, clock: Clock): Promise<Disposable> {
  const until = clock.monotonic() + waitMs;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== undefined) {
      await likeItsFolder(path);
      return lock;
    }
    if (clock.monotonic() >= until) {
      throw new BellcrankError('keys-unavailable', `another process holds ${path}; try again`, { retryAfterMs: 1000 });
    }
    await delay(clock, lookMs, new AbortController().signal);
  }
}

function tryLock(path: string): Disposable | undefined {
  refuseLink(path);
  keepPrivate(path);
  const database = opened(path);
  try {
    // Nothing is ever written to it. A journal in a file would need space on a disk that may have none.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return undefined;
    throw new Error(`${path} cannot be locked: ${messageOf(error)}`, { cause: error });
  }
}

function opened(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    const todo = 'it must be a file of the user of the service (chown)';
    throw new Error(`${path} cannot be opened (${messageOf(error)}); ${todo}`, { cause: error });
  }
}
