/**
 * The floor of what is promised: one Fastify route that does by hand, with as little code as can be, what a command of the
 * service does. Each stage is there or not, so that it can be seen what each of them costs whoever does it.
 */
import Fastify from 'fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { OrderedIds } from '../../../src/ordered-ids.ts';
import { deviceName, mostDevices, recordOf, type Setting } from '../../command-by-hand.ts';
import { commandBody, setting } from '../../command-schema.ts';
import { GroupLog } from '../../group-log.ts';
import type { Listening } from '../../subject.ts';
import { serveTasks } from '../../tasks.ts';
import { DeviceByHand } from './device.ts';
import { ChainedLines, Lines } from './lines.ts';
import type { Stage } from './stages.ts';

/** How often the index is told, ms. */
const indexEveryMs = 500;

type Run = (device: string, params: Setting) => Promise<object>;

async function listen({ stages }: { readonly stages: readonly Stage[] }): Promise<Listening> {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-bench-whole-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGTERM', () => process.exit());
  const run = runOf(stages, folder);
  const app = Fastify();
  app.post<{ Params: { id: string }; Body: Setting }>(
    '/v1/devices/:id/commands/set',
    { schema: { body: setting, response: { 200: commandBody } } },
    async ({ params, body }) => await run(params.id, body),
  );
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), pid: process.pid };
}

function runOf(stages: readonly Stage[], folder: string): Run {
  const has = (stage: Stage): boolean => stages.includes(stage);
  const devices = new Map(Array.from({ length: mostDevices }, (_, index) => [deviceName(index), new DeviceByHand()]));
  const journal = has('journal') ? new GroupLog(join(folder, 'journal'), { isSynced: false }) : undefined;
  const audit = has('audit') ? new ChainedLines(join(folder, 'audit')) : undefined;
  const log = has('log') ? new Lines(join(folder, 'log')) : undefined;
  const index = has('index') ? indexIn(join(folder, 'index')) : undefined;
  const ids = new OrderedIds();
  return async (device, params) => {
    // In the order of time, so that an index grows at its end.
    const id = ids.next(Date.now());
    const record = recordOf(device, params, id);
    const about = { by: 'anonymous', from: '127.0.0.1', device, simulated: true, command: 'set', id };
    const begunAt = performance.now();
    audit?.add({ what: 'commandTaken', ...about, params });
    await journal?.append({ ...record, state: 'sent' });
    const volts = has('exchange') ? await devices.get(device)?.set(params.volts) : params.volts;
    const ended = { ...record, result: { volts }, endedAt: new Date().toISOString() };
    await journal?.append(ended);
    audit?.add({ what: 'commandEnded', ...about, outcome: 'succeeded' });
    const totalMs = performance.now() - begunAt;
    log?.add(JSON.stringify({ level: 30, time: ended.endedAt, ...about, outcome: 'succeeded', totalMs }));
    index?.(id, device, ended);
    return ended;
  };
}

function indexIn(path: string): (id: string, device: string, record: object) => void {
  const worker = new Worker(new URL('index-thread.ts', import.meta.url), { workerData: { path } });
  let rows: string[] = [];
  setInterval(() => {
    if (rows.length > 0) worker.postMessage(rows);
    rows = [];
  }, indexEveryMs);
  return (id, device, record) => void rows.push(id, device, JSON.stringify(record));
}

if (process.send !== undefined) serveTasks({ listen });
