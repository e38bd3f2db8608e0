import { type BigIntStats, closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import type { Edit, KeptKeys, KeyRecord, KeyStorage } from './key.ts';
import { lockedBy } from './lock.ts';
import { replaceFile } from './replace.ts';
import { parseKeys, printKeys } from './text.ts';

/** Ten thousand keys with a hundred long scopes each do not fit; nobody has them. */
const maxBytes = 16 * 1024 * 1024;
/** Two changes this close may leave the same times behind. */
const tickMs = 20;

/** Keys in one file, which other processes change as well: whatever they did is known at the next look. */
export class KeyFile implements KeyStorage {
  readonly path: string;
  readonly #directory: string;
  readonly #clock: Clock;
  #version: string | undefined;
  /** What was found in this turn of the event loop: a list of ten thousand devices asks once for each of them. */
  #found: KeptKeys | undefined;
  #kept: KeptKeys = { records: [] };

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
    this.path = join(directory, 'keys.json');
  }

  read(): KeptKeys {
    if (this.#found === undefined) {
      this.#found = this.#look();
      setImmediate(() => (this.#found = undefined));
    }
    return this.#found;
  }

  #look(): KeptKeys {
    try {
      const stats = statSync(this.path, { bigint: true, throwIfNoEntry: false });
      if (stats === undefined) return this.#known('is gone');
      return versionOf(stats) === this.#version ? this.#kept : this.#load();
    } catch (error) {
      return this.#known(`cannot be read: ${messageOf(error)}`);
    }
  }

  async change<T>(edit: (records: readonly KeyRecord[]) => Edit<T>): Promise<T> {
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      using _ = await lockedBy(join(this.#directory, 'keys-lock.db'), this.#clock);
      // As it is since nobody else may change it.
      const { records, damage, warning } = this.#look();
      if ((damage ?? warning) !== undefined) throw new Error(damage ?? warning);
      const edited = edit(records);
      await replaceFile(this.path, printKeys(edited.records));
      this.#found = undefined;
      return edited.result;
    } catch (error) {
      if (error instanceof BellcrankError) throw error;
      const text = `the keys cannot be changed: ${messageOf(error)}`;
      throw new BellcrankError('keys-unavailable', text, { cause: error });
    }
  }

  #load(): KeptKeys {
    const file = openSync(this.path, 'r');
    try {
      const stats = fstatSync(file, { bigint: true });
      if (!stats.isFile() || stats.size > maxBytes) throw new Error('it is no file of keys');
      const kept = parsed(readFileSync(file, 'utf8'), this.path);
      const isSettled = Math.abs(this.#clock.now() - Number(stats.mtimeMs)) > tickMs;
      this.#version = isSettled ? versionOf(stats) : undefined;
      // The same array as long as it says the same.
      if (JSON.stringify(kept) !== JSON.stringify(this.#kept)) this.#kept = kept;
      return this.#kept;
    } finally {
      closeSync(file);
    }
  }

  /** A disk that is in trouble shuts nobody out who could stop something: keys that were known go on. */
  #known(trouble: string): KeptKeys {
    this.#version = undefined;
    const { records, damage } = this.#kept;
    if (damage !== undefined) return this.#kept;
    if (records.length > 0) {
      return { records, warning: `${this.path} ${trouble}; the keys that it held go on until the service ends` };
    }
    return trouble === 'is gone' ? this.#kept : { records, damage: `${this.path} ${trouble}` };
  }
}

function parsed(text: string, path: string): KeptKeys {
  try {
    return { records: parseKeys(text) };
  } catch (error) {
    return { records: [], damage: `${path} is damaged: ${messageOf(error)}` };
  }
}

/** A file that is put in its place is another one, and one that is changed has other times. */
function versionOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}
