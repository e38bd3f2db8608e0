/**
 * The floor: Fastify and a log by hand, which has the command before the device is told, and its result before the client
 * hears of it, both through a sync of the disk that all who wait share.
 */
import Fastify from 'fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordOf, type Setting } from '../command-by-hand.ts';
import { commandBody, setting } from '../command-schema.ts';
import { GroupLog } from '../group-log.ts';
import type { Listening } from '../subject.ts';
import { serveTasks } from '../tasks.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellcrank-bench-log-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGTERM', () => process.exit());
const log = new GroupLog(join(folder, 'log'));
const app = Fastify();
app.post<{ Params: { id: string }; Body: Setting }>(
  '/v1/devices/:id/commands/set',
  { schema: { body: setting, response: { 200: commandBody } } },
  async ({ params, body }) => {
    const record = recordOf(params.id, body);
    await log.append({ ...record, state: 'sent' });
    await log.append(record);
    return record;
  },
);

async function listen(_input: object): Promise<Listening> {
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), pid: process.pid };
}

if (process.send !== undefined) serveTasks({ listen });
