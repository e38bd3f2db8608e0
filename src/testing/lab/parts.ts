import type { runSimulator } from '../../../simulators/wire/run.ts';
import type { WireSimulatorKind } from '../../../simulators/simulator.ts';
import type { Wiring } from '../../../simulators/wiring.ts';
import type { createApp } from '../../app.ts';
import type { Config } from '../../config/index.ts';
import type { AnyDriver } from '../../driver/contract.ts';
import type { RandomBytes } from '../../random-bytes.ts';
import type { Store } from '../../store/store.ts';
import { seededBytes } from '../seeded-bytes.ts';
import { labConfig } from './config.ts';
import type { LabSpec } from './spec.ts';

export interface AppOf {
  readonly createApp: typeof createApp;
  readonly run: typeof runSimulator;
  readonly wiring: Wiring;
  readonly config: Config;
  readonly drivers: readonly AnyDriver[];
  readonly simulators: readonly WireSimulatorKind[];
  readonly store: Store;
  readonly random: () => number;
  readonly randomBytes: RandomBytes;
}

/** Commands that the store of a lab remembers. */
const remembered = 100_000;

/** What a lab runs, loaded when the first one starts: a test of a driver alone does not wait for an HTTP server. */
export async function loadParts(spec: LabSpec, seed: number): Promise<AppOf> {
  const [app, wire, shippedDrivers, shippedSimulators, { MemoryStore }, { randomFrom }, { Wiring }] = await Promise.all(
    [
      import('../../app.ts'),
      import('../../../simulators/wire/run.ts'),
      import('../../../drivers/index.ts'),
      import('../../../simulators/index.ts'),
      import('../../store/memory.ts'),
      import('../../../simulators/behaviour/random.ts'),
      import('../../../simulators/wiring.ts'),
    ],
  );
  // Whoever brings one of a name that is known already means that one.
  const drivers = byName([...(spec.drivers ?? []), ...shippedDrivers.drivers], ({ model }) => model.name);
  const simulators = byName([...(spec.simulators ?? []), ...shippedSimulators.simulators], ({ model }) => model);
  const config = await labConfig(spec, { drivers, simulators }, seed);
  const its = {
    createApp: app.createApp,
    run: wire.runSimulator,
    wiring: new Wiring(config.simulation.wiring ?? []),
    config,
    drivers,
    simulators,
  };
  // A sequence of its own: how many ids there are changes nothing of what else is random.
  const randomBytes = seededBytes(randomFrom(~seed));
  return { ...its, store: new MemoryStore(remembered), random: randomFrom(seed), randomBytes };
}

function byName<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const named = new Map<string, T>();
  for (const one of all) if (!named.has(nameOf(one))) named.set(nameOf(one), one);
  return [...named.values()];
}
