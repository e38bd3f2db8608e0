import { randomBytes } from 'node:crypto';
import type { IClientOptions, MqttClient } from 'mqtt';
import { systemClock } from '../../src/clock.ts';
import { BellcrankError } from '../../src/errors.ts';
import type { Closed, Message, MessageConnection } from '../../src/transport/connection.ts';
import { Lifecycle } from '../../src/transport/lifecycle.ts';
import type { MemoryHub, Will } from '../../src/transport/memory.ts';
import { mqtt as transport } from '../../src/transport/mqtt.ts';
import { propertiesOf } from '../../src/transport/mqtt-connection.ts';
import { endClient } from '../../src/transport/mqtt-end.ts';
import { Subscriptions } from '../../src/transport/mqtt-subscriptions.ts';
import type { FarClient, FarPublishOptions } from '../simulator.ts';

/** Each connection may have a last will of its own. */
export type FarWill = Will | (() => Will) | undefined;

function willOf(will: FarWill): Will | undefined {
  return typeof will === 'function' ? will() : will;
}

/** A simulated device's client, with its end in the hands of whoever runs it. */
export interface RunningFarClient extends FarClient {
  /** Settles when it has ended, whoever ended it. */
  readonly closed: Promise<Closed>;
  /** Cuts it as a lost network would: the broker publishes its will. */
  kill(): Promise<void>;
  /** Says goodbye: no will. */
  close(): Promise<void>;
}

/** The device's end of a real broker. Like a real device it knows nothing of who listens, and never repeats itself. */
export async function brokerFarClient(
  url: string,
  given: FarWill,
  signal: AbortSignal,
  protocolVersion: 4 | 5 = 4,
): Promise<RunningFarClient> {
  const will = willOf(given);
  const options: IClientOptions = {
    clientId: `simulated-${randomBytes(6).toString('hex')}`,
    protocolVersion,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    ...(will !== undefined && { will: { ...will, payload: Buffer.from(will.payload), qos: will.qos ?? 0 } }),
  };
  const label = transport.label({ url });
  const { connect } = await import('../../src/transport/mqtt-client.ts');
  const client = connect(url, options);
  await accepted(client, label, signal);
  return new BrokerFarClient(client, label);
}

async function accepted(client: MqttClient, label: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (error?: Error): void => {
    const text = `the broker ${label} does not accept the simulated device: ${error?.message ?? 'it closed the connection'}`;
    reject(new BellcrankError('device-offline', text, { cause: error }));
  };
  const aborted = (): void => failed(new Error('given up'));
  client.once('connect', () => resolve());
  client.once('error', failed);
  client.once('close', failed);
  signal.addEventListener('abort', aborted, { once: true });
  if (signal.aborted) aborted();
  try {
    await promise;
  } catch (error) {
    await endClient(client, 'close', systemClock);
    throw error;
  } finally {
    client.removeListener('error', failed);
    client.removeListener('close', failed);
    signal.removeEventListener('abort', aborted);
  }
}

class BrokerFarClient implements RunningFarClient {
  readonly #client: MqttClient;
  readonly #life: Lifecycle;
  readonly #subscriptions = new Subscriptions();

  constructor(client: MqttClient, label: string) {
    this.#client = client;
    this.#life = new Lifecycle(label);
    client.on('message', (topic, payload, packet) =>
      this.#subscriptions.dispatch({
        topic,
        payload: Uint8Array.from(payload),
        retained: packet.retain,
        ...propertiesOf(packet),
      }),
    );
    client.on('error', (error) => this.#life.end(true, error));
    client.on('close', () => this.#life.end(true, new Error('the broker closed the connection')));
  }

  get closed(): Promise<Closed> {
    return this.#life.closed;
  }

  publish(topic: string, payload: Uint8Array | string, options: FarPublishOptions = {}): void {
    const { qos = 0, retain = false, ...given } = options;
    const speaks5 = this.#client.options.protocolVersion === 5;
    const { correlationData, ...others } = given;
    const properties = { ...others, ...(correlationData && { correlationData: Buffer.from(correlationData) }) };
    if (!this.#client.connected) return;
    this.#client.publish(topic, Buffer.from(payload), { qos, retain, ...(speaks5 && { properties }) });
  }

  subscribe(filter: string, listener: (message: Message) => void): void {
    this.#subscriptions.add(filter, listener);
    if (this.#client.connected) this.#client.subscribe(filter);
  }

  async kill(): Promise<void> {
    this.#life.end(true, new Error('killed'));
    await endClient(this.#client, 'close', systemClock);
  }

  async close(): Promise<void> {
    this.#life.end(false, new Error('closed'));
    await endClient(this.#client, 'in order', systemClock);
  }
}

/** The same on a hub in memory. */
export function hubFarClient(hub: MemoryHub, will: FarWill, label = 'memory hub (far end)'): RunningFarClient {
  const connection = hub.connect(label, willOf(will));
  return {
    closed: connection.closed,
    publish: (topic, payload, options) => void dropped(connection.publish(topic, payload, options)),
    subscribe: (filter, listener) => void dropped(connection.subscribe(filter, listener)),
    kill: async () => connection.lose(new Error('killed')),
    close: () => connection.close(),
  };
}

/** A device that has lost its broker talks to nobody. */
function dropped(attempt: ReturnType<MessageConnection['publish' | 'subscribe']>): Promise<unknown> {
  return Promise.resolve(attempt).catch(() => {});
}
