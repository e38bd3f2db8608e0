import { type Clock, delay } from '../../src/clock.ts';
import { BellcrankError } from '../../src/errors.ts';
import type { Connection } from '../../src/transport/connection.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { mqtt as transport } from '../../src/transport/mqtt.ts';
import type { SimulatorControl } from '../../src/simulation/control.ts';
import { SimulatorClock } from '../simulator-clock.ts';
import type { WireFace, WireSimulator, WireSimulatorKind } from '../simulator.ts';
import { RunningControl } from './control.ts';
import { brokerFarClient, hubFarClient, type RunningFarClient } from './far-client.ts';
import { FaultInjector } from './faults/injector.ts';
import type { Chunking } from './memory.ts';
import { type OverKernel, type OverMemory, overMemory, overPty, overTcp } from './over-bytes.ts';
import { watchedClient, type WatchWire } from './watch.ts';

export type Via = 'pty' | 'tcp' | 'memory' | 'mqtt';

export interface RunSettings {
  readonly via: Via;
  readonly seed: number;
  /** Validated against the kind's `options`. */
  readonly options: unknown;
  readonly clock: Clock;
  /** Required with `mqtt`. */
  readonly brokerUrl?: string;
  /** With `pty`: a stable name for the port. */
  readonly link?: string;
  /** With `tcp`: the port; any free one if absent. */
  readonly port?: number;
  /** With `memory`: how chunks are cut. */
  readonly chunking?: Chunking;
  /** With `memory`: the broker of a device that speaks messages, where it shares one with others. */
  readonly hub?: MemoryHub;
  /** Sees what passes. */
  readonly watch?: WatchWire;
}

/** A simulator at the far end of a wire, and how to reach it. */
export type RunningSimulator = {
  readonly simulator: WireSimulator;
  readonly control: SimulatorControl;
  /** Its own. */
  readonly clock: Clock;
  /** Stops the simulator and releases its wire. */
  close(): Promise<void>;
} & (
  | { readonly transport: 'serial' | 'tcp' | 'mqtt'; readonly settings: unknown }
  | {
      readonly transport: 'memory';
      readonly shape: Connection['shape'];
      /** Each open is a fresh connection that the simulator serves. */
      open(signal: AbortSignal): Promise<Connection>;
    }
);

type Messages = Extract<WireFace, { shape: 'messages' }>;

/** A face that is served each client as it comes. */
type Served = Pick<Messages, 'will' | 'protocolVersion'> & { serve(client: RunningFarClient): void };

/** The far end without its simulator. */
type Wired =
  | OverKernel<'serial' | 'tcp'>
  | OverMemory
  | { readonly transport: 'mqtt'; readonly settings: unknown; close(): Promise<void> };

/** Starts a simulator and serves it over a wire that can be told to fail. */
export async function runSimulator(kind: WireSimulatorKind, settings: RunSettings): Promise<RunningSimulator> {
  const { seed, options, via } = settings;
  const clock = new SimulatorClock(settings.clock);
  const simulator = kind.create({ clock, seed, options });
  const others: WireSimulator[] = [];
  const injector = new FaultInjector({
    clock,
    seed,
    shape: simulator.wire.shape,
    via,
    nak: simulator.wire.nak?.bind(simulator.wire),
    stateOf: (name) => simulator.parts?.find(({ state }) => Object.hasOwn(state, name))?.state[name]?.get(),
    impostor: () => {
      const other = kind.create({ clock, seed: seed + 1, options: kind.another?.(options, seed) ?? options });
      others.push(other);
      return other.wire;
    },
    acted: (fault, detail) => control.tell({ kind: 'acted', fault, ...(detail !== undefined && { detail }) }),
  });
  const control = new RunningControl({ model: kind.model, seed, via, simulator, clock, injector });
  const end = (): void => {
    for (const one of [simulator, ...others]) one.close();
  };
  try {
    const wired = await wire(kind.model, simulator.wire, injector, settings);
    const close = async (): Promise<void> => {
      end();
      await injector.close();
      await wired.close();
    };
    return { ...wired, simulator, control, clock, close };
  } catch (error) {
    end();
    throw error;
  }
}

function wire(model: string, face: WireFace, injector: FaultInjector, settings: RunSettings): Promise<Wired> | Wired {
  const { via } = settings;
  if (face.shape === 'bytes') {
    switch (via) {
      case 'pty':
        return overPty(face, injector, settings);
      case 'tcp':
        return overTcp(face, injector, settings);
      case 'memory':
        return overMemory(face, injector, settings);
      case 'mqtt':
        throw unfit(model, via, 'a byte stream', 'pty, tcp or memory');
    }
  }
  if (via === 'mqtt') return overMqtt(model, face, injector, settings);
  if (via === 'memory') return overHub(face, injector, settings);
  throw unfit(model, via, 'MQTT messages', 'mqtt or memory');
}

function unfit(model: string, via: Via, speaks: string, choice: string): BellcrankError {
  return new BellcrankError('invalid-request', `the simulator of ${model} speaks ${speaks}, not ${via}; use ${choice}`);
}

function overHub(face: Messages, injector: FaultInjector, { watch, hub = new MemoryHub() }: RunSettings): Wired {
  const client = hubFarClient(hub, face.will);
  face.serve(injector.messages(watchedClient(client, 'memory hub (far end)', client.closed, watch)));
  return {
    transport: 'memory',
    shape: 'messages',
    async open(signal) {
      signal.throwIfAborted();
      return hub.connect();
    },
    close: () => client.close(),
  };
}

/** How long a simulated device waits before it tries its broker again. */
const retryMs = 1000;

async function overMqtt(
  model: string,
  served: Messages,
  injector: FaultInjector,
  { brokerUrl, clock, watch }: RunSettings,
): Promise<Wired> {
  if (brokerUrl === undefined) {
    throw new BellcrankError('invalid-request', `the simulator of ${model} needs a broker; give its URL or start one`);
  }
  const label = transport.label({ url: brokerUrl });
  const face = {
    ...served,
    serve: (client: RunningFarClient) =>
      served.serve(injector.messages(watchedClient(client, label, client.closed, watch))),
  };
  const stop = new AbortController();
  const first = await brokerFarClient(brokerUrl, face.will, stop.signal, face.protocolVersion);
  const done = keepServing(face, first, brokerUrl, clock, stop.signal);
  return {
    transport: 'mqtt',
    settings: { url: brokerUrl },
    async close() {
      stop.abort(new Error('closed'));
      await done;
    },
  };
}

/** Devices come back by themselves when their broker does, with a new client and a new greeting. */
async function keepServing(
  face: Served,
  first: RunningFarClient,
  url: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let client: RunningFarClient | undefined = first;
  while (!signal.aborted) {
    if (client !== undefined) await serveUntilGone(face, client, signal);
    await delay(clock, retryMs, signal).catch(() => {});
    if (signal.aborted) return;
    client = await brokerFarClient(url, face.will, signal, face.protocolVersion).catch(() => undefined);
  }
  await client?.close();
}

async function serveUntilGone(face: Served, client: RunningFarClient, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  face.serve(client);
  await Promise.race([client.closed, stopped]);
  await client.close();
}
