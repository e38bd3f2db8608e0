import type { Clock } from '../../src/clock.ts';
import { BellcrankError } from '../../src/errors.ts';
import type { Connection } from '../../src/transport/connection.ts';
import type { SimulatorControl } from '../../src/simulation/control.ts';
import { SimulatorClock } from '../simulator-clock.ts';
import type { WireFace, WireSimulator, WireSimulatorKind } from '../simulator.ts';
import { RunningControl } from './control.ts';
import { FaultInjector } from './faults/injector.ts';
import { WatchedState } from './faults/watched-state.ts';
import { type OverKernel, type OverMemory, overMemory, overPty, overTcp } from './over-bytes.ts';
import { overHub, overMqtt } from './over-messages.ts';
import type { Via, RunSettings } from './run-settings.ts';

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
    ...answersOf(simulator.wire),
    state: new WatchedState(simulator),
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
    if (settings.faults !== undefined) injector.begin(settings.faults);
    const wired = await wire(kind.model, simulator.wire, injector, settings);
    const close = async (): Promise<void> => {
      end();
      await injector.close();
      await wired.close();
    };
    return { ...wired, simulator, control, clock, close };
  } catch (error) {
    end();
    await injector.close();
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
  if (via === 'mqtt') return overMqtt(face, injector, { ...settings, brokerUrl: brokerOf(model, settings) });
  if (via === 'memory') return overHub(face, injector, settings);
  throw unfit(model, via, 'MQTT messages', 'mqtt or memory');
}

function unfit(model: string, via: Via, speaks: string, choice: string): BellcrankError {
  return new BellcrankError('invalid-request', `the simulator of ${model} speaks ${speaks}, not ${via}; use ${choice}`);
}

/** What it tells of its own answers. */
function answersOf(wire: WireFace) {
  const nak = wire.nak?.bind(wire);
  const acknowledges = wire.shape === 'messages' ? wire.acknowledges?.bind(wire) : undefined;
  return { nak, ...(acknowledges && { acknowledges }) };
}

function brokerOf(model: string, { brokerUrl }: RunSettings): string {
  if (brokerUrl !== undefined) return brokerUrl;
  throw new BellcrankError('invalid-request', `the simulator of ${model} needs a broker; give its URL or start one`);
}
