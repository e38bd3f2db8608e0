import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, startBroker } from '../../simulators/wire/broker.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/wire/run.ts';
import type { WatchWire } from '../../simulators/wire/watch.ts';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import { Wiring } from '../../simulators/wiring.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/index.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { Simulate, Simulated } from '../openers.ts';
import { faultsOf, withPlace } from './configured-faults.ts';
import { assert } from '../assert.ts';

export interface Simulation {
  readonly simulate: Simulate;
  /** Ends the embedded broker; simulators are ended by whoever started them. */
  close(): Promise<void>;
}

/**
 * Runs the configuration's simulated connections, and one embedded broker for those that speak MQTT. `watch` looks on at each
 * simulator, called with the connection's name, or with `name/1`, `name/2` … where it has several.
 */
export function createSimulation(
  { simulation }: Pick<Config, 'simulation'>,
  simulators: readonly SimulatorKind[],
  clock: Clock,
  watch?: (name: string) => WatchWire,
): Simulation {
  let broker: Promise<Broker> | undefined;
  const wiring = new Wiring(simulation.wiring ?? []);
  return {
    async simulate(name, { devices, via }) {
      const kinds = devices.map((device) => ({ ...device, kind: kindOf(device.model, simulators, name) }));
      const { directory } = simulation;
      const link = directory === undefined ? {} : { link: join(directory, name) };
      if (directory !== undefined && via === 'pty') assertFolder(directory);
      if (via === 'mqtt') broker ??= startBroker({ port: simulation.brokerPort });
      const far = via === 'mqtt' ? { brokerUrl: (await broker)?.url ?? '' } : link;
      const running = await runAll(
        kinds.map(({ kind, ...device }, index) => async () => {
          const seen = watch && { watch: watch(kinds.length === 1 ? name : `${name}/${index + 1}`) };
          const { seed, options } = device;
          const settings = { via, seed, options, ...faultsOf(device), clock, ...far, ...seen };
          return await runSimulator(kind, settings).catch((error: unknown) => {
            const which = kinds.length === 1 ? [] : ['devices', String(index)];
            throw withPlace(error, ['connections', name, 'simulate', ...which]);
          });
        }),
      );
      return await wired(name, running, wiring);
    },
    async close() {
      const running = await broker?.catch(() => undefined);
      await running?.close();
    },
  };
}

function kindOf(model: string, simulators: readonly SimulatorKind[], connection: string): SimulatorKind {
  const found = simulators.find((candidate) => candidate.model === model);
  if (found === undefined) throw new Error(`there is no simulator of ${model}`);
  return named(found, connection);
}

/** One after the other: a broker greets hundreds of them quietly. */
async function runAll(starts: readonly (() => Promise<RunningSimulator>)[]): Promise<readonly RunningSimulator[]> {
  const running: RunningSimulator[] = [];
  try {
    for (const start of starts) running.push(await start());
  } catch (error) {
    await closeAll(running);
    throw error;
  }
  return running;
}

async function closeAll(running: readonly RunningSimulator[]): Promise<void> {
  await Promise.all(running.map((simulated) => simulated.close()));
}

/** With the wires from and to them, for as long as they run. */
async function wired(name: string, running: readonly RunningSimulator[], wiring: Wiring): Promise<Simulated> {
  const close = async (): Promise<void> => {
    wiring.remove(name, running);
    await closeAll(running);
  };
  try {
    wiring.add(name, running);
  } catch (error) {
    await close();
    throw error;
  }
  const [first] = running;
  // All of them are reached as the first one is.
  assert(first !== undefined, 'a connection has a simulator');
  return { ...first, controls: running.map(({ control }) => control), close };
}

/** What keeps a simulator from running is told with the connection and the model that it is of. */
function named(kind: SimulatorKind, connection: string): SimulatorKind {
  return {
    ...kind,
    create(settings) {
      try {
        return kind.create(settings);
      } catch (error) {
        const message = `connections.${connection}.simulate: the simulator of ${kind.model} cannot run: ${messageOf(error)}`;
        throw new BellcrankError('invalid-request', message, { cause: error });
      }
    },
  };
}

function assertFolder(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const message = `simulation.directory: there is no folder ${directory}; make it, or name another`;
  throw new BellcrankError('invalid-request', message);
}
