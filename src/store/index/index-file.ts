import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { BellcrankError } from '../../errors.ts';
import type { LogPosition, LogSlice } from '../log/entry.ts';
import { latestCommands, type WrittenCommand } from '../log/latest.ts';
import { pageCharacters } from '../page-room.ts';
import { openFile, removeFile, transaction, versionOf } from '../sqlite/file.ts';
import { isDamage } from '../sqlite/errors.ts';
import type { CommandQuery } from '../store.ts';
import { type Lag, widen } from './lag.ts';
import { selectList, selectReach } from './list.ts';
import { Rows } from './rows.ts';
import * as schema from './schema.ts';
import type { ListedTexts } from './work.ts';

/** What a list found among some of the commands. */
export interface ListStep extends ListedTexts {
  /** The oldest one that was looked at; undefined if there are no older ones. */
  readonly reached?: string;
}

/** The index's file: commands as they last stood in the log, and how far the log has been read. */
export class IndexFile {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #save: StatementSync;
  readonly #prune: StatementSync;
  readonly #rows: Rows;
  #position: LogPosition | undefined;
  #lag: Lag;

  private constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = db.prepare(schema.insertCommand);
    this.#update = db.prepare(schema.updateCommand);
    this.#save = db.prepare(schema.saveProgress);
    this.#prune = db.prepare(schema.pruneCommands);
    this.#rows = new Rows(db);
    const progress = db.prepare('SELECT segment, offset, first_lag, last_lag FROM progress').get();
    this.#position = positionOf(progress);
    this.#lag = { first: Number(progress?.['first_lag']), last: Number(progress?.['last_lag']) };
  }

  /** Opens the index, or makes an empty one where there is none, an older one or a damaged one. */
  static open(path: string): IndexFile {
    try {
      return new IndexFile(prepared(path));
    } catch (error) {
      if (!isDamage(error) && !(error instanceof Outdated)) throw error;
      removeFile(path);
      return new IndexFile(prepared(path));
    }
  }

  get position(): LogPosition | undefined {
    return this.#position;
  }

  /** Takes a slice of the log in, and notes that it did so, both or neither. */
  apply({ texts, next }: LogSlice): void {
    // Those that come late find room at less cost in the order of their rows.
    const commands = latestCommands(texts).toSorted((a, b) => (a.record.id < b.record.id ? -1 : 1));
    let lag = this.#lag;
    for (const { record } of commands) lag = widen(lag, record.id, record.submittedAt);
    transaction(this.#db, () => {
      this.#rows.begin();
      for (const command of commands) this.#put(command);
      this.#save.run(next.segment, next.offset, lag.first, lag.last);
    });
    this.#position = next;
    this.#lag = lag;
  }

  get(id: string): string | undefined {
    return textOf(this.#db.prepare(schema.commandById).get(id));
  }

  byKey(by: string, key: string, since: number): string | undefined {
    return textOf(this.#db.prepare(schema.commandByKey).get(by, key, since));
  }

  devices(): string[] {
    return this.#db
      .prepare(schema.someDevices)
      .all()
      .map((row) => String(row['device']));
  }

  /** Looks at so many commands at most, and takes so many characters of them, or the first one. With `next` the page is full. */
  list(query: CommandQuery, atMost: number, room = pageCharacters): ListStep {
    const reach = selectReach(query, this.#lag, atMost);
    const reached = this.#db.prepare(reach.sql).get(...reach.parameters)?.['id'];
    const since = reached === undefined ? undefined : String(reached);
    const { sql, parameters } = selectList(query, this.#lag, since);
    const texts: string[] = [];
    let last = query.before;
    let left = room;
    for (const { id, record } of this.#db.prepare(sql).iterate(...parameters)) {
      const text = String(record);
      const isFull = text.length > left && left < pageCharacters;
      // A step that has no room left only tells whether there is more.
      if (texts.length === query.limit || isFull) return { texts, ...(last !== undefined && { next: last }) };
      texts.push(text);
      last = String(id);
      left -= text.length;
    }
    return { texts, ...(since !== undefined && { reached: since }) };
  }

  /** Forgets some of the commands submitted before; returns how many. */
  prune(beforeMs: number, atMost: number): number {
    return Number(this.#prune.run(beforeMs, atMost).changes);
  }

  close(): void {
    this.#db.close();
  }

  #put({ record, text }: WrittenCommand): void {
    const { id, device, command, by, submittedAt, simulated, state, outcome = null, key } = record;
    const changing = [state, outcome, key?.value ?? null, text, id] as const;
    const isKnown = this.#rows.mayHold(id) && this.#update.run(...changing).changes > 0;
    if (isKnown) return;
    const row = this.#rows.rowFor(id);
    this.#insert.run(...changing, row, device, command, by, Math.floor(submittedAt), Number(simulated));
  }
}

/** An index of an older version: what it knows is in the log, too. */
class Outdated extends Error {}

function prepared(path: string): DatabaseSync {
  const db = openFile(path, schema.pragmasOfNew);
  try {
    const version = versionOf(db);
    if (version > schema.indexVersion) throw newer(path, version);
    const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
    if (isEmpty) transaction(db, () => db.exec(schema.indexSchema));
    else if (version < schema.indexVersion) throw new Outdated(`version ${version}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function newer(path: string, version: number): BellcrankError {
  const message =
    `${path} was written by a newer version of this service (it has schema ${version}, this one knows ` +
    `${schema.indexVersion}); run that version again, or move the file away: it is built anew from the log`;
  return new BellcrankError('journal-unavailable', message);
}

type Row = Record<string, SQLOutputValue> | undefined;

function positionOf(row: Row): LogPosition | undefined {
  const { segment, offset } = row ?? {};
  return typeof segment === 'number' && typeof offset === 'number' ? { segment, offset } : undefined;
}

function textOf(row: Row): string | undefined {
  return row === undefined ? undefined : String(row['record']);
}
