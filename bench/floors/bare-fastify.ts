/** The floor: one Fastify route with the schemas of the command and of its answer, and no device, queue or journal. */
import Fastify from 'fastify';
import { recordOf, type Setting } from '../command-by-hand.ts';
import { commandBody, setting } from '../command-schema.ts';
import type { Listening } from '../subject.ts';
import { serveTasks } from '../tasks.ts';

const app = Fastify();
app.post<{ Params: { id: string }; Body: Setting }>(
  '/v1/devices/:id/commands/set',
  { schema: { body: setting, response: { 200: commandBody } } },
  async ({ params, body }) => recordOf(params.id, body),
);

async function listen(_input: object): Promise<Listening> {
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), pid: process.pid };
}

if (process.send !== undefined) serveTasks({ listen });
