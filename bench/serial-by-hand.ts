/** The floors of a command over a serial line: a bridge that one writes by hand with Fastify, and the line alone. */
import { Ajv } from 'ajv';
import Fastify from 'fastify';
import { recordOf } from './command-by-hand.ts';
import { commandBody, setting } from './command-schema.ts';
import { LineByHand } from './line-by-hand.ts';
import { type Summary, summaryOf } from './statistics.ts';
import { serveTasks } from './tasks.ts';

const device = 'output-0';

/** Where it listens. */
async function listen({ path }: { readonly path: string }): Promise<string> {
  const line = await LineByHand.open(path);
  const isSetting = new Ajv().compile<{ volts: number }>(setting);
  const app = Fastify();
  app.post<{ Body: { volts: number } }>(
    `/v1/devices/${device}/commands/set`,
    { schema: { body: setting, response: { 200: commandBody } } },
    async ({ body }) => {
      const submittedAt = new Date().toISOString();
      const { answer, sentAt } = await line.query(`SET ${body.volts}`);
      const result = { volts: Number(answer.slice(3)) };
      if (!answer.startsWith('OK ') || !isSetting(result)) throw new Error(`the device answered ${answer}`);
      return { ...recordOf(device, body), result, submittedAt, sentAt };
    },
  );
  return await app.listen({ port: 0, host: '127.0.0.1' });
}

let alone: LineByHand | undefined;

async function openAlone({ path }: { readonly path: string }): Promise<void> {
  alone = await LineByHand.open(path);
}

/** One exchange after the other, and nothing else. */
async function exchange({ ms }: { readonly ms: number }): Promise<Summary> {
  if (alone === undefined) throw new Error('the line is not open');
  const latencies: number[] = [];
  const end = performance.now() + ms;
  for (let sent = performance.now(); sent < end;) {
    await alone.query('SET 5');
    const now = performance.now();
    latencies.push(now - sent);
    sent = now;
  }
  return summaryOf(latencies, 0, ms);
}

const tasks = { listen, openAlone, exchange };
export type SerialByHandTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
