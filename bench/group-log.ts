import { fdatasync, openSync, write } from 'node:fs';
import { promisify } from 'node:util';

const writeAll = promisify(write);
const sync = promisify(fdatasync);

/**
 * A log as one writes it by hand: whatever came while the disk was busy goes to it together, with one sync for all, or,
 * where it is not synced, with none.
 */
export class GroupLog {
  readonly #file: number;
  readonly #isSynced: boolean;
  #waiting: { readonly line: string; readonly done: () => void }[] = [];
  #running = false;

  constructor(path: string, { isSynced = true }: { readonly isSynced?: boolean } = {}) {
    this.#file = openSync(path, 'a', 0o600);
    this.#isSynced = isSynced;
  }

  /** Resolves when the entry is on the disk, or handed to the system where it is not synced. A disk that fails is thrown where everybody sees it. */
  append(entry: object): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, done });
      if (this.#running) return;
      this.#running = true;
      // Whoever comes in this turn of the event loop as well goes with it.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
      const { bytesWritten } = await writeAll(this.#file, bytes, 0, bytes.length, null);
      if (bytesWritten !== bytes.length) throw new Error('the disk is full');
      if (this.#isSynced) await sync(this.#file);
      for (const { done } of batch) done();
    }
    this.#running = false;
  }
}
