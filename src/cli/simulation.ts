import { join } from 'node:path';
import { type Broker, startBroker } from '../../simulators/wire/broker.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/index.ts';
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
      const kind = simulators.find((candidate) => candidate.model === model);
      if (kind === undefined) throw new Error(`there is no simulator of ${model}`);
      const link = simulation.directory === undefined ? {} : { link: join(simulation.directory, name) };
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
