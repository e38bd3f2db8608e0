import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import * as schema from './schema.ts';

/** Left free between two, so that one that comes late finds room. */
const step = 1024;

/** Gives new commands their rows: in the order of ids, whatever order they come in, which is nearly always that of ids. */
export class Rows {
  readonly #newest: StatementSync;
  readonly #from: StatementSync;
  readonly #before: StatementSync;
  readonly #endOfRun: StatementSync;
  readonly #move: StatementSync;
  #lastId = '';
  #lastRow = 0;

  constructor(db: DatabaseSync) {
    this.#newest = db.prepare(schema.newestRow);
    this.#from = db.prepare(`SELECT ${schema.rowFrom} AS row`);
    this.#before = db.prepare(schema.rowBefore);
    this.#endOfRun = db.prepare(schema.endOfRun);
    this.#move = db.prepare(schema.moveRow);
  }

  /** To be called when a transaction begins: what one has done may be undone. */
  begin(): void {
    const newest = this.#newest.get();
    this.#lastId = String(newest?.['id'] ?? '');
    this.#lastRow = Number(newest?.['row'] ?? 0);
  }

  /** Whether a command with this id may have a row already. */
  mayHold(id: string): boolean {
    return id <= this.#lastId;
  }

  /** The row for a command that has none; it is to be put there now. */
  rowFor(id: string): number {
    if (this.mayHold(id)) return this.#between(id);
    this.#lastId = id;
    return (this.#lastRow += step);
  }

  #between(id: string): number {
    const after = Number(this.#from.get(id)?.['row']);
    const before = rowOf(this.#before.get(after)) ?? after - 2 * step;
    if (after - before > 1) return Math.floor((before + after) / 2);
    this.#makeRoom(after);
    return after;
  }

  /** Moves those that stand row by row from here on by one. */
  #makeRoom(from: number): void {
    for (let row = rowOf(this.#endOfRun.get(from)) ?? from; row >= from; row--) this.#move.run(row);
    this.begin();
  }
}

function rowOf(found: Record<string, SQLOutputValue> | undefined): number | undefined {
  return found === undefined ? undefined : Number(found['row']);
}
