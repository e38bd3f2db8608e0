import type { DatabaseSync } from 'node:sqlite';

/** From when on samples and minutes count, in ms since 1970. Both are the beginning of a minute. */
export interface Floors {
  readonly samples: number;
  readonly minutes: number;
}

export function floorsOf(db: DatabaseSync): Floors {
  const row = db.prepare('SELECT samples_from, minutes_from FROM floors').get();
  return { samples: Number(row?.['samples_from']), minutes: Number(row?.['minutes_from']) };
}

export function raiseFloors(db: DatabaseSync, { samples, minutes }: Floors): void {
  db.prepare('UPDATE floors SET samples_from = max(samples_from, ?), minutes_from = max(minutes_from, ?)').run(
    samples,
    minutes,
  );
}

export function setFloors(db: DatabaseSync, { samples, minutes }: Floors): void {
  db.prepare('UPDATE floors SET samples_from = ?, minutes_from = ?').run(samples, minutes);
}
