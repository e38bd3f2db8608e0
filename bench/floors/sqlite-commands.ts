/** The floor of pages of commands: the same file, as one reads it by hand with node:sqlite. */
import { DatabaseSync } from 'node:sqlite';
import Fastify from 'fastify';
import { serveTasks } from '../tasks.ts';

interface Query {
  readonly to?: string;
  readonly device?: string;
  readonly limit: string;
}

/** Serves pages of a file of commands, newest first. Resolves with where. */
async function listen({ path }: { readonly path: string }): Promise<string> {
  const db = new DatabaseSync(path, { readOnly: true });
  const all = db.prepare('SELECT record FROM commands WHERE submitted < ? ORDER BY submitted DESC LIMIT ?');
  const ofDevice = db.prepare('SELECT record FROM commands WHERE device = ? ORDER BY id DESC LIMIT ?');
  const app = Fastify();
  app.get<{ Querystring: Query }>('/v1/commands', ({ query: { to, device, limit } }) => {
    const before = to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(to);
    const rows = device === undefined ? all.all(before, Number(limit)) : ofDevice.all(device, Number(limit));
    return { items: rows.map(({ record }) => JSON.parse(String(record)) as object) };
  });
  return await app.listen({ port: 0, host: '127.0.0.1' });
}

const tasks = { listen };
export type SqliteCommandsTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
