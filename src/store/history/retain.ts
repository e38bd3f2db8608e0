import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { turn } from '../thread/serve.ts';
import { floorsOf, raiseFloors, setFloors } from './floors.ts';
import type { HistoryFile } from './history-file.ts';
import { minuteOf } from './minutes.ts';
import { minuteMs, removeEmptySeries } from './schema.ts';
import type { Retention } from './work.ts';

/** Rows that are deleted, and pages that are given back, before whatever else waits has its turn: some ms. */
const sliceRows = 2000;
const slicePages = 500;
const seriesAtOnce = 200;

/** When the file is too large it is brought down to this share of its bound, so that not every minute deletes. */
const targetShare = 0.9;

/** Floors that have risen by more since the last time follow a clock that has leapt. */
const leapMs = 60 * minuteMs;

/** How much of what there is goes at once when the file is too large. */
const stepShare = 0.05;

type Table = 'samples' | 'minutes';

/**
 * Deletes what has become too old, then the oldest for as long as there is too much, and the names of which nothing is left;
 * then gives the space back.
 */
export async function retain(
  { db, series }: Pick<HistoryFile, 'db' | 'series'>,
  retention: Retention,
  now: number,
): Promise<void> {
  const { rawMaxAgeMs, maxAgeMs, maxBytes } = retention;
  lowerFloors(db, now);
  const before = floorsOf(db);
  raiseFloors(db, {
    samples: minuteOf(now - Math.min(rawMaxAgeMs, maxAgeMs)),
    minutes: minuteOf(now - maxAgeMs),
  });
  await deleteOld(db);
  if (floorsOf(db).samples - before.samples > leapMs) raiseToSamples(db);
  await removeEmpty(db, series);
  const isTooLarge = sizeOf(db).bytes > maxBytes;
  if (isTooLarge) await shrink(db, maxBytes * targetShare, now);
  const { bytes, usedBytes } = sizeOf(db);
  if (isTooLarge || usedBytes < bytes / 2) await giveBack(db);
}

/** A clock that was ahead has put them beyond now, and what has come since it was set back would go with what was before. */
function lowerFloors(db: DatabaseSync, now: number): void {
  const floors = floorsOf(db);
  // Samples never count from earlier on than minutes do.
  if (floors.samples <= now) return;
  const within = (table: Table): number =>
    floors[table] <= now ? floors[table] : minuteOf(Math.min(now, oldestOf(db, table) ?? now));
  setFloors(db, { samples: within('samples'), minutes: within('minutes') });
}

/** A clock that was behind has lowered them: samples that had been deleted before would count, and not what minutes say of them. */
function raiseToSamples(db: DatabaseSync): void {
  const oldest = oldestOf(db, 'samples');
  if (oldest !== undefined) raiseFloors(db, { samples: minuteOf(oldest), minutes: 0 });
}

/** Samples go first: what minutes say of them stays. */
async function shrink(db: DatabaseSync, targetBytes: number, now: number): Promise<void> {
  for (const table of ['samples', 'minutes'] as const) {
    let oldest = oldestOf(db, table);
    while (oldest !== undefined && sizeOf(db).usedBytes > targetBytes) {
      const floor = minuteOf(oldest + Math.max(minuteMs, (now - oldest) * stepShare));
      raiseFloors(db, { samples: floor, minutes: table === 'minutes' ? floor : 0 });
      await deleteOld(db);
      oldest = oldestOf(db, table);
    }
  }
}

async function deleteOld(db: DatabaseSync): Promise<void> {
  const floors = floorsOf(db);
  for (const table of ['samples', 'minutes'] as const) {
    const deleter = new Deleter(db, table);
    let looked = 0;
    for (const series of seriesIds(db)) {
      if (++looked % seriesAtOnce === 0) await turn();
      while (deleter.deleteSome(series, floors[table])) await turn();
    }
  }
}

/** Devices and properties come and go, and their names are neither samples nor minutes. */
async function removeEmpty(db: DatabaseSync, series: HistoryFile['series']): Promise<void> {
  const remove = db.prepare(removeEmptySeries);
  const ids = seriesIds(db);
  for (let from = 0; from < ids.length; from += seriesAtOnce) {
    const last = ids[Math.min(from + seriesAtOnce, ids.length) - 1] ?? 0;
    // In the same turn: a number that is still known would be that of nobody, or of somebody else.
    if (remove.run(ids[from] ?? 0, last).changes > 0) series.forget();
    await turn();
  }
}

class Deleter {
  readonly #nth: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync, table: Table) {
    this.#nth = db.prepare(
      `SELECT at FROM ${table} WHERE series = ? AND at < ? ORDER BY at LIMIT 1 OFFSET ${sliceRows}`,
    );
    this.#remove = db.prepare(`DELETE FROM ${table} WHERE series = ? AND at < ?`);
  }

  /** Deletes a slice; true when there is more. */
  deleteSome(series: number, floor: number): boolean {
    const last = this.#nth.get(series, floor)?.['at'];
    // At least one ms goes, however many samples it has.
    const until = last === undefined ? floor : Number(last) + 1;
    this.#remove.run(series, until);
    return last !== undefined;
  }
}

/** Pages that are free lie in the file until they are cut off its end, and are in it until the WAL is written back. */
async function giveBack(db: DatabaseSync): Promise<void> {
  let free = Infinity;
  for (let left = sizeOf(db).freePages; left > 0 && left < free; left = sizeOf(db).freePages) {
    free = left;
    db.exec(`PRAGMA incremental_vacuum(${slicePages})`);
    await turn();
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function oldestOf(db: DatabaseSync, table: Table): number | undefined {
  const first = db.prepare(`SELECT min(at) AS at FROM ${table} WHERE series = ?`);
  const times = seriesIds(db)
    .map((series) => first.get(series)?.['at'])
    .filter((at) => typeof at === 'number');
  return times.length === 0 ? undefined : Math.min(...times);
}

function seriesIds(db: DatabaseSync): number[] {
  return db
    .prepare('SELECT id FROM series ORDER BY id')
    .all()
    .map((row) => Number(row['id']));
}

function sizeOf(db: DatabaseSync): { bytes: number; usedBytes: number; freePages: number } {
  const value = (name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
  const [pages, freePages, pageBytes] = [value('page_count'), value('freelist_count'), value('page_size')];
  return { bytes: pages * pageBytes, usedBytes: (pages - freePages) * pageBytes, freePages };
}
