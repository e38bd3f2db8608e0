import { trusted } from '../../src/access/caller.ts';
import { Type } from '@sinclair/typebox';
import mqttjs, { type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';
import { Pipeline } from '../../src/command/pipeline.ts';
import { systemClock } from '../../src/clock.ts';
import type { Device } from '../../src/device/device.ts';
import { Registry } from '../../src/device/registry.ts';
import { BellcrankError, defineDriver, defineModel, TopicExchange } from '../../src/driver/index.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { mqtt } from '../../src/transport/index.ts';
import { quickLimits } from './live.ts';
import { silentLog } from './rig.ts';

const params = Type.Object({ id: Type.Integer() }, { additionalProperties: false });

const model = defineModel({
  name: 'pulse',
  summary: 'Counts what it is told, for tests',
  commands: {
    pulse: {
      summary: 'Once',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 1500,
      params,
      result: params,
    },
  },
  properties: {},
  events: {},
});

const options = Type.Object({ topic: Type.String() }, { additionalProperties: false });

/** One message a command, and one that answers it by its id. */
export const pulseDriver = defineDriver({
  model,
  transports: ['mqtt'],
  options,
  address: ({ topic }) => topic,
  async attach(connection, { topic }, context) {
    const exchange = new TopicExchange(connection, context, { timeoutMs: 1000 });
    await exchange.subscribe(`${topic}/done`);
    return {
      commands: {
        async pulse({ id }, call) {
          const match = ({ payload }: { payload: Uint8Array }): true | undefined =>
            Buffer.from(payload).toString() === String(id) ? true : undefined;
          await exchange.request(call, { topic: `${topic}/pulse`, payload: String(id) }, { match, final: true });
          call.confirm('acknowledged', { id });
          return { id };
        },
      },
      read: {},
      write: {},
      detach: async () => {},
    };
  },
});

/** The far end of any number of them: what came, and how often. It comes back to its broker by itself. */
export class PulseCounter {
  readonly heard = new Map<string, number>();
  readonly #client: MqttClient;

  constructor(url: string) {
    this.#client = mqttjs.connect(url, { reconnectPeriod: 30, connectTimeout: 500, queueQoSZero: false });
    this.#client.on('error', () => {});
    this.#client.on('connect', () => this.#client.subscribe('+/pulse'));
    this.#client.on('message', (topic, payload) => {
      const key = `${topic.split('/')[0]} ${payload.toString()}`;
      this.heard.set(key, (this.heard.get(key) ?? 0) + 1);
      if (this.#client.connected) this.#client.publish(topic.replace(/pulse$/, 'done'), payload);
    });
    onTestFinished(() => this.#client.endAsync(true));
  }

  times(device: string, id: number): number {
    return this.heard.get(`${device} ${id}`) ?? 0;
  }
}

export interface PulseRig {
  device(id: string): Device;
  submit(device: string, id: number): ReturnType<Pipeline['submit']>;
  close(): Promise<void>;
}

/** The runtime with such devices on one connection. */
export function pulseRig(settings: object, ids: readonly string[]): PulseRig {
  const registry = new Registry({
    drivers: [pulseDriver],
    clock: systemClock,
    random: () => 0.5,
    log: silentLog,
    limits: quickLimits,
    maxDevices: 100,
    observe: () => {},
  });
  const store = new MemoryStore(10_000);
  const pipeline = new Pipeline({ registry, store, clock: systemClock, log: silentLog, observe: () => {} });
  registry.addConnection('broker', {
    transport: 'mqtt',
    shape: 'messages',
    label: 'broker',
    simulated: false,
    open: (signal) => mqtt.open(settings, { signal, clock: systemClock }),
  });
  for (const id of ids) {
    registry.add({
      id,
      connection: 'broker',
      driver: 'pulse',
      options: { topic: id },
      labels: {},
      restrictions: {},
      enabled: true,
      managedBy: 'api',
    });
  }
  const close = (): Promise<void> =>
    registry.close(new BellcrankError('shutting-down', 'the test is over', { reason: 'shutdown' }));
  onTestFinished(close);
  return {
    device: (id) => registry.get(id),
    submit: (device, id) => pipeline.submit({ device, command: 'pulse', params: { id }, caller: trusted('test') }),
    close,
  };
}
