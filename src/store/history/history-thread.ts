import { BucketReader } from './buckets.ts';
import { historyError, HistoryFile } from './history-file.ts';
import { unpackSamples } from './pack.ts';
import { retain } from './retain.ts';
import type { HistoryData, HistoryWork } from './work.ts';

interface Opened {
  readonly file: HistoryFile;
  readonly buckets: BucketReader;
}

/** What the thread of the history does; every error says which file, and what to do. */
export class HistoryThread {
  readonly #data: HistoryData;
  #opened: Opened | undefined;

  constructor(data: HistoryData) {
    this.#data = data;
  }

  readonly work: HistoryWork = {
    open: () => this.#use(({ file }) => file.rehearse()),
    add: (samples) => this.#use(({ file }) => file.add(unpackSamples(samples))),
    samples: (input) => this.#use(({ file }) => file.samples(input)),
    buckets: (input) =>
      this.#wait(async ({ file, buckets }) => {
        const series = file.series.find(input.device, input.property);
        return series === undefined ? [] : await buckets.read(series, input);
      }),
    maintain: (now) => this.#wait(({ file }) => retain(file, this.#data.retention, now)),
    close: () => {
      this.#opened?.file.close();
      this.#opened = undefined;
    },
  };

  #use<T>(work: (opened: Opened) => T): T {
    try {
      return work(this.#open());
    } catch (error) {
      throw historyError(error, this.#data.path);
    }
  }

  async #wait<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    try {
      return await work(this.#open());
    } catch (error) {
      throw historyError(error, this.#data.path);
    }
  }

  #open(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const file = HistoryFile.open(this.#data.path);
    this.#opened = { file, buckets: new BucketReader(file.db) };
    return this.#opened;
  }
}
