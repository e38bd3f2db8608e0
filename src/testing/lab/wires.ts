import type { WireSimulatorKind } from '../../../simulators/simulator.ts';
import type { RunningSimulator, runSimulator } from '../../../simulators/wire/run.ts';
import type { Wiring } from '../../../simulators/wiring.ts';
import type { Clock } from '../../clock.ts';
import type { Simulate, Simulated } from '../../openers.ts';
import type { SimulatorControl } from '../../simulation/control.ts';
import type { Connection } from '../../transport/connection.ts';
import { MemoryHub } from '../../transport/memory.ts';
import type { ScriptedBroker } from '../script/scripted-broker.ts';
import type { ScriptedWire } from '../script/scripted-wire.ts';
import { tappedBytes } from '../wire/byte-tap.ts';
import { tappedMessages } from '../wire/message-tap.ts';
import { Tap } from '../wire/tap.ts';

export interface WiresParts {
  readonly simulators: readonly WireSimulatorKind[];
  readonly run: typeof runSimulator;
  readonly clock: Clock;
  /** Between the simulators. */
  readonly wiring: Wiring;
  /** By connection. */
  readonly scripts: ReadonlyMap<string, ScriptedWire | ScriptedBroker>;
}

/** One connection of a lab. */
export interface LabConnection {
  readonly tap: Tap;
  readonly controls: readonly SimulatorControl[];
}

type InMemory = Extract<RunningSimulator, { transport: 'memory' }>;

/** The wires of a lab: each leads through a tap to its simulators. */
export class LabWires {
  readonly connections = new Map<string, LabConnection>();
  readonly #parts: WiresParts;

  constructor(parts: WiresParts) {
    this.#parts = parts;
  }

  readonly simulate: Simulate = async (name, { devices }) => {
    const tap = new Tap(this.#parts.clock);
    const script = this.#parts.scripts.get(name);
    if (script !== undefined) return this.#add(name, tap, script.shape, [], async () => script.open());
    const hub = new MemoryHub();
    const running: InMemory[] = [];
    for (const { model, seed, options } of devices) running.push(await this.#run(model, seed, options, hub));
    const [first] = running;
    if (first === undefined) throw new Error(`connection ${name} has no simulator`);
    return this.#add(name, tap, first.shape, running, (signal) => first.open(signal));
  };

  async #run(model: string, seed: number, options: unknown, hub: MemoryHub): Promise<InMemory> {
    const { simulators, run, clock } = this.#parts;
    const kind = simulators.find((known) => known.model === model);
    if (kind === undefined) throw new Error(`there is no simulator of ${model}`);
    const running = await run(kind, { via: 'memory', seed, options, clock, hub });
    if (running.transport !== 'memory') throw new Error('a lab has wires in memory');
    return running;
  }

  #add(
    name: string,
    tap: Tap,
    shape: Connection['shape'],
    running: readonly InMemory[],
    open: (signal: AbortSignal) => Promise<Connection>,
  ): Simulated {
    const controls = running.map(({ control }) => control);
    this.connections.set(name, { tap, controls });
    this.#parts.wiring.add(name, running);
    return {
      transport: 'memory',
      shape,
      controls,
      open: async (signal) => {
        if (tap.down) throw new Error('the wire is cut');
        return tapped(await open(signal), tap);
      },
      close: async () => {
        this.#parts.wiring.remove(name);
        await Promise.all(running.map((one) => one.close()));
      },
    };
  }
}

export function tapped(connection: Connection, tap: Tap): Connection {
  return connection.shape === 'bytes' ? tappedBytes(connection, tap) : tappedMessages(connection, tap);
}
