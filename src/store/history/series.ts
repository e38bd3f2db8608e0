import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Numbers of series kept in memory; beyond it they are looked up in the file. */
const maxKnown = 20_000;

/** Numbers in place of devices and properties. */
export class Series {
  /** By device and property. */
  readonly #known = new Map<string, Map<string, number>>();
  #size = 0;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare('SELECT id FROM series WHERE device = ? AND property = ?');
    this.#insert = db.prepare('INSERT INTO series (device, property) VALUES (?, ?)');
  }

  find(device: string, property: string): number | undefined {
    const known = this.#known.get(device)?.get(property);
    if (known !== undefined) return known;
    const row = this.#select.get(device, property);
    return row === undefined ? undefined : this.#keep(device, property, Number(row['id']));
  }

  /** The number of a series, a new one if there is none. */
  of(device: string, property: string): number {
    const found = this.find(device, property);
    if (found !== undefined) return found;
    const { lastInsertRowid } = this.#insert.run(device, property);
    return this.#keep(device, property, Number(lastInsertRowid));
  }

  forget(): void {
    this.#known.clear();
    this.#size = 0;
  }

  #keep(device: string, property: string, id: number): number {
    if (this.#size >= maxKnown) this.forget();
    const its = this.#known.get(device) ?? new Map<string, number>();
    this.#known.set(device, its.set(property, id));
    this.#size++;
    return id;
  }
}
