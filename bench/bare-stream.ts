/** The floor: server-sent events as a Fastify application writes them by itself, each event once for all. */
import Fastify from 'fastify';
import type { ServerResponse } from 'node:http';
import { serveTasks } from './tasks.ts';

const readers = new Set<ServerResponse>();
const app = Fastify();
app.get('/v1/stream', (_request, reply) => {
  const { raw } = reply.hijack();
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  raw.write('event: synced\ndata: {}\n\n');
  readers.add(raw);
  raw.on('close', () => readers.delete(raw));
});

let count = 0;
setInterval(() => {
  const at = new Date().toISOString();
  const reading = { device: 'ticker', name: 'count', value: count++, unit: 'V', at, quality: 'good', source: 'polled' };
  const data = JSON.stringify({ ...reading, simulated: true, cause: { kind: 'poll' } });
  const frame = `id: ${Date.now() * 1000}\nevent: property\ndata: ${data}\n\n`;
  for (const raw of readers) raw.write(frame);
}, 100);

const tasks = {
  /** Where it listens, and which process it is. */
  listen: async (_input: object): Promise<{ readonly url: string; readonly pid: number }> => ({
    url: await app.listen({ port: 0, host: '127.0.0.1' }),
    pid: process.pid,
  }),
};
export type BareStreamTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
