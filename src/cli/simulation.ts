import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, startBroker } from '../../simulators/wire/broker.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/index.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { Simulate } from '../openers.ts';

export interface Simulation {
  readonly simulate: Simulate;
  /** Ends the embedded broker; simulators are ended by whoever started them. */
  close(): Promise<void>;
}

/** Runs the configuration's simulated connections, and one embedded broker for those that speak MQTT. */
export function createSimulation(
  { simulation }: Pick<Config, 'simulation'>,
  simulators: readonly SimulatorKind[],
  clock: Clock,
): Simulation {
  let broker: Promise<Broker> | undefined;
  return {
    async simulate(name, { model, via, seed, options }) {
      const found = simulators.find((candidate) => candidate.model === model);
      if (found === undefined) throw new Error(`there is no simulator of ${model}`);
      const kind = named(found, name);
      const { directory } = simulation;
      const link = directory === undefined ? {} : { link: join(directory, name) };
      if (directory !== undefined && via === 'pty') assertFolder(directory);
      if (via !== 'mqtt') return await runSimulator(kind, { via, seed, options, clock, ...link });
      broker ??= startBroker({ port: simulation.brokerPort });
      return await runSimulator(kind, { via, seed, options, clock, brokerUrl: (await broker).url });
    },
    async close() {
      const running = await broker?.catch(() => undefined);
      await running?.close();
    },
  };
}

/** What keeps a simulator from running is told with the connection and the model that it is of. */
function named(kind: SimulatorKind, connection: string): SimulatorKind {
  return {
    model: kind.model,
    options: kind.options,
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
