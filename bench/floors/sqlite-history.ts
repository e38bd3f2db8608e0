/** The floors of the history: a page of it as one reads it by hand with node:sqlite, and rows written by hand. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import Fastify from 'fastify';
import { serveTasks } from '../tasks.ts';

export interface Page {
  readonly property: string;
  readonly from: string;
  readonly limit: string;
}

/** Serves pages of a file of the history. Resolves with where. */
async function listen({ path }: { readonly path: string }): Promise<string> {
  const db = new DatabaseSync(path, { readOnly: true });
  const select = db.prepare(
    'SELECT at, number FROM samples WHERE series = (SELECT id FROM series WHERE property = ?) AND at >= ? ORDER BY at, n LIMIT ?',
  );
  const app = Fastify();
  app.get<{ Params: { property: string }; Querystring: Page }>(
    '/v1/devices/:id/history/:property',
    ({ params, query }) => {
      const rows = select.all(params.property, Date.parse(query.from), Number(query.limit));
      return { items: rows.map(({ at, number }) => ({ at: new Date(Number(at)).toISOString(), value: number })) };
    },
  );
  return await app.listen({ port: 0, host: '127.0.0.1' });
}

/** Begins to write so many rows a second, a batch each 250 ms. Resolves with the process. */
function write({ path, perSecond }: { readonly path: string; readonly perSecond: number }): number {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  db.exec('CREATE TABLE samples (series INTEGER, at INTEGER, n INTEGER, number REAL, PRIMARY KEY (series, at, n))');
  const insert = db.prepare('INSERT INTO samples VALUES (?, ?, ?, ?)');
  let count = 0;
  setInterval(() => {
    db.exec('BEGIN');
    for (let row = 0; row < perSecond / 4; row++) insertOne(insert, count++);
    db.exec('COMMIT');
  }, 250);
  return process.pid;
}

function insertOne(insert: StatementSync, count: number): void {
  insert.run(count % 10_000, Date.now(), count, count);
}

const tasks = { listen, write };
export type SqliteHistoryTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
