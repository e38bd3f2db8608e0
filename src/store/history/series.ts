import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Numbers of series kept in memory; beyond it they are looked up in the file. */
const maxKnown = 20_000;

/** Numbers in place of devices and properties. */
export class Series {
  readonly #known = new Map<string, number>();
  readonly #select: StatementSync;
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare('SELECT id FROM series WHERE device = ? AND property = ?');
    this.#insert = db.prepare('INSERT INTO series (device, property) VALUES (?, ?)');
  }

  find(device: string, property: string): number | undefined {
    const key = JSON.stringify([device, property]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const row = this.#select.get(device, property);
    return row === undefined ? undefined : this.#keep(key, Number(row['id']));
  }

  /** The number of a series, a new one if there is none. */
  of(device: string, property: string): number {
    const found = this.find(device, property);
    if (found !== undefined) return found;
    const { lastInsertRowid } = this.#insert.run(device, property);
    return this.#keep(JSON.stringify([device, property]), Number(lastInsertRowid));
  }

  forget(): void {
    this.#known.clear();
  }

  #keep(key: string, id: number): number {
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(key, id);
    return id;
  }
}
