import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { explained, isDamage } from '../sqlite/errors.ts';
import { openFile, transaction } from '../sqlite/file.ts';
import { migrate, type Migration } from '../sqlite/migrate.ts';
import { FinalError } from '../thread/protocol.ts';
import { addToMinute, historyMigrations, insertSample, selectSamples } from './schema.ts';
import { Series } from './series.ts';
import { summed } from './minutes.ts';
import type { Place, PlainSample, SamplesInput, StoredSample } from './work.ts';

/** The history's file: what is written to it and read from it. */
export class HistoryFile {
  readonly db: DatabaseSync;
  readonly series: Series;
  readonly #insert: StatementSync;
  readonly #addToMinute: StatementSync;
  readonly #select: StatementSync;

  private constructor(db: DatabaseSync) {
    this.db = db;
    this.series = new Series(db);
    this.#insert = db.prepare(insertSample);
    this.#addToMinute = db.prepare(addToMinute);
    this.#select = db.prepare(selectSamples);
  }

  /** Opens the file, makes an empty one where there is none, and brings an older one up to date. */
  static open(path: string, migrations: readonly Migration[] = historyMigrations): HistoryFile {
    // Deleted pages can be given back only in a file that was told so before it got its first table.
    const db = openFile(path, ['auto_vacuum = INCREMENTAL']);
    try {
      migrate(db, migrations, path);
      return new HistoryFile(db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  add(samples: readonly PlainSample[]): void {
    try {
      transaction(this.db, () => this.#add(samples));
    } catch (error) {
      // Series that were new may have gone with the rest.
      this.series.forget();
      throw error;
    }
  }

  samples({ device, property, from, to, after, limit }: SamplesInput): StoredSample[] {
    const series = this.series.find(device, property);
    if (series === undefined) return [];
    const place = after !== undefined && after.at >= from ? after : { at: from, n: -1 };
    return this.#page(series, place, { to, limit });
  }

  /** A page of a property that is not there, so that the first one that is asked for finds everything read and compiled. */
  rehearse(): void {
    const series = this.series.find('', '') ?? -1;
    this.#page(series, { at: 0, n: -1 }, { to: 0, limit: 1 });
  }

  close(): void {
    this.db.close();
  }

  #page(series: number, { at, n }: Place, { to, limit }: Pick<SamplesInput, 'to' | 'limit'>): StoredSample[] {
    const rows = this.#select.all(series, at, n, to, limit + 1);
    // STRICT tables hold what their columns say.
    return rows.map((row) => ({ ...row }) as unknown as StoredSample);
  }

  #add(samples: readonly PlainSample[]): void {
    const placed = samples.map((sample) => ({ ...sample, series: this.series.of(sample.device, sample.property) }));
    for (const { series, at, number, json } of placed) {
      this.#insert.run(series, at, number, json);
    }
    for (const { series, at, least, greatest, total, count } of summed(placed)) {
      this.#addToMinute.run(series, at, least, greatest, total, count);
    }
  }
}

/** What a person is told of an error; after damage nothing more is to be had from the file. */
export function historyError(error: unknown, path: string): unknown {
  const told = explained(error, path);
  if (!isDamage(error)) return told;
  const message = told instanceof Error ? told.message : path;
  return new FinalError(
    'journal-unavailable',
    `${message}; move the file away and restart the service to begin a new history`,
  );
}
