import { type Clock, delay } from '../../src/clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { mqtt as transport } from '../../src/transport/mqtt.ts';
import type { WireFace } from '../simulator.ts';
import { brokerFarClient, hubFarClient, type RunningFarClient } from './far-client.ts';
import type { FaultInjector } from './faults/injector.ts';
import type { OverMemory } from './over-bytes.ts';
import { watchedClient, type WatchWire } from './watch.ts';

type Face = Extract<WireFace, { shape: 'messages' }>;

export interface OverHubSettings {
  /** Where it shares one with others. */
  readonly hub?: MemoryHub;
  readonly watch?: WatchWire;
}

/** The device at a hub in memory. Unplugged, it is cut off without a goodbye; plugged in again it greets anew. */
export function overHub(
  face: Face,
  injector: FaultInjector,
  { watch, hub = new MemoryHub() }: OverHubSettings,
): OverMemory {
  const connect = (): RunningFarClient => {
    const client = hubFarClient(hub, face.will);
    const watched = watchedClient(client, 'memory hub (far end)', client.closed, watch);
    face.serve(injector.messages(watched, client.closed));
    return client;
  };
  let client: RunningFarClient | undefined;
  injector.plugInto({
    async unplug() {
      await client?.kill();
    },
    async plug() {
      client = connect();
    },
  });
  if (injector.isPlugged) client = connect();
  return {
    transport: 'memory',
    shape: 'messages',
    async open(signal) {
      signal.throwIfAborted();
      return hub.connect();
    },
    async close() {
      await client?.close();
    },
  };
}

export interface OverMqttSettings {
  readonly brokerUrl: string;
  readonly clock: Clock;
  readonly watch?: WatchWire;
}

/** The device at a real broker; throws if that does not accept it now. */
export async function overMqtt(face: Face, injector: FaultInjector, settings: OverMqttSettings) {
  const device = new DeviceOnBroker(face, injector, settings);
  injector.plugInto(device);
  await device.begin();
  return {
    transport: 'mqtt' as const,
    settings: { url: settings.brokerUrl },
    close: () => device.close(),
  };
}

/** How long a simulated device waits before it tries its broker again. */
const retryMs = 1000;

/** Comes back by itself when its broker does, with a new client and a new greeting, unless it is unplugged. */
class DeviceOnBroker {
  readonly #face: Face;
  readonly #injector: FaultInjector;
  readonly #settings: OverMqttSettings;
  readonly #stop = new AbortController();
  #client: RunningFarClient | undefined;
  #isPlugged = true;
  #waiting: AbortController | undefined;
  #done: Promise<void> = Promise.resolve();

  constructor(face: Face, injector: FaultInjector, settings: OverMqttSettings) {
    this.#face = face;
    this.#injector = injector;
    this.#settings = settings;
  }

  async begin(): Promise<void> {
    if (!this.#isThere) return;
    await this.#connect();
    this.#done = this.#keepServing();
  }

  async unplug(): Promise<void> {
    this.#isPlugged = false;
    this.#waiting?.abort();
    await this.#client?.kill();
    await this.#done;
  }

  /** If the broker does not accept it now, it goes on trying. */
  async plug(): Promise<void> {
    this.#isPlugged = true;
    await this.#connect().catch(() => {});
    this.#done = this.#keepServing();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('closed'));
    this.#waiting?.abort();
    await this.#client?.close();
    await this.#done;
  }

  async #connect(): Promise<void> {
    const { brokerUrl, watch } = this.#settings;
    const client = await brokerFarClient(brokerUrl, this.#face.will, this.#stop.signal, this.#face.protocolVersion);
    // Unplugged, or over, while it was connecting.
    if (!this.#isThere) return await client.close();
    this.#client = client;
    const watched = watchedClient(client, transport.label({ url: brokerUrl }), client.closed, watch);
    this.#face.serve(this.#injector.messages(watched, client.closed));
  }

  async #keepServing(): Promise<void> {
    for (;;) {
      await this.#client?.closed;
      await this.#client?.close();
      this.#client = undefined;
      if (!this.#isThere) return;
      await this.#wait();
      if (!this.#isThere) return;
      await this.#connect().catch(() => {});
    }
  }

  get #isThere(): boolean {
    return this.#isPlugged && !this.#stop.signal.aborted;
  }

  async #wait(): Promise<void> {
    this.#waiting = new AbortController();
    await delay(this.#settings.clock, retryMs, this.#waiting.signal).catch(() => {});
  }
}
