/** A file of SQLite in a thread of its own, which finds a command again; a transaction for all that came together. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { indexSchema, insertCommand, pragmasOfNew } from '../../../src/store/index/schema.ts';

const { path } = workerData as { readonly path: string };
const db = new DatabaseSync(path);
for (const pragma of pragmasOfNew) db.exec(`PRAGMA ${pragma}`);
db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${indexSchema}`);
const insert = db.prepare(insertCommand);
let row = 0;

/** Id, device and record of each command, in a row. */
parentPort?.on('message', (rows: readonly string[]) => {
  db.exec('BEGIN');
  for (let at = 0; at < rows.length; at += 3) {
    const [id = '', device = '', record = ''] = [rows[at], rows[at + 1], rows[at + 2]];
    insert.run('ended', 'succeeded', null, record, id, ++row, device, 'set', 'anonymous', Date.now(), 1);
  }
  db.exec('COMMIT');
});
