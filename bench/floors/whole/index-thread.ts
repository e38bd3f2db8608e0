/** A file of SQLite in a thread of its own, which finds a command again; a transaction for all that came together. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { indexSchema, upsertCommand } from '../../../src/store/index/schema.ts';

const { path } = workerData as { readonly path: string };
const db = new DatabaseSync(path);
db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${indexSchema}`);
const insert = db.prepare(upsertCommand);

/** Id, device and record of each command, in a row. */
parentPort?.on('message', (rows: readonly string[]) => {
  db.exec('BEGIN');
  for (let at = 0; at < rows.length; at += 3) {
    const [id = '', device = '', record = ''] = [rows[at], rows[at + 1], rows[at + 2]];
    insert.run(id, device, 'set', 'anonymous', Date.now(), 1, 'ended', 'succeeded', null, record);
  }
  db.exec('COMMIT');
});
