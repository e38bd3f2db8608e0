/** The floors of a command over MQTT: a bridge that one writes by hand with Fastify and mqtt.js, and mqtt.js alone. */
import { Ajv } from 'ajv';
import Fastify from 'fastify';
import mqtt, { type MqttClient } from 'mqtt';
import { recordOf, type Setting } from '../command-by-hand.ts';
import { commandBody, setting } from '../command-schema.ts';
import { type Summary, summaryOf } from '../statistics.ts';
import { serveTasks } from '../tasks.ts';

const timeoutMs = 5000;

/** Requests over MQTT 5, their answers found by Correlation Data. */
class Requests {
  readonly #client: MqttClient;
  readonly #answers: string;
  readonly #waiting = new Map<string, (payload: Buffer) => void>();
  #last = 0;

  private constructor(client: MqttClient, answers: string) {
    this.#client = client;
    this.#answers = answers;
    client.on('message', (_topic, payload, { properties }) => {
      this.#waiting.get(properties?.correlationData?.toString() ?? '')?.(payload);
    });
  }

  static async open(port: number): Promise<Requests> {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
    const answers = `by-hand/${process.pid}`;
    await client.subscribeAsync(answers);
    return new Requests(client, answers);
  }

  ask(topic: string, payload: string): Promise<Buffer> {
    const id = String(++this.#last);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error('no answer'));
      }, timeoutMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      });
      const properties = { responseTopic: this.#answers, correlationData: Buffer.from(id) };
      this.#client.publish(topic, payload, { properties });
    });
  }
}

/** Resolves with where it listens. */
async function listen({ port }: { readonly port: number }): Promise<string> {
  const requests = await Requests.open(port);
  const isSetting = new Ajv().compile<Setting>(setting);
  const app = Fastify();
  app.post<{ Params: { id: string }; Body: Setting }>(
    '/v1/devices/:id/commands/set',
    { schema: { body: setting, response: { 200: commandBody } } },
    async ({ params, body }) => {
      const answer = await requests.ask(`bench/${params.id}/set/request`, JSON.stringify(body));
      const result: unknown = JSON.parse(answer.toString());
      if (!isSetting(result)) throw new Error('the answer makes no sense');
      return recordOf(params.id, result);
    },
  );
  return await app.listen({ port: 0, host: '127.0.0.1' });
}

let alone: Requests | undefined;

async function openAlone({ port }: { readonly port: number }): Promise<void> {
  alone = await Requests.open(port);
}

/** So many requests at a time, and nothing else. */
async function exchange({ count, ms }: { readonly count: number; readonly ms: number }): Promise<Summary> {
  const latencies: number[] = [];
  const end = performance.now() + ms;
  const run = async (index: number): Promise<void> => {
    for (let sent = performance.now(); sent < end;) {
      await alone?.ask(`bench/output-${index}/set/request`, '{"volts":5}');
      const now = performance.now();
      latencies.push(now - sent);
      sent = now;
    }
  };
  await Promise.all(Array.from({ length: count }, (_, index) => run(index)));
  return summaryOf(latencies, 0, ms);
}

const tasks = { listen, openAlone, exchange };
export type MqttByHandTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
