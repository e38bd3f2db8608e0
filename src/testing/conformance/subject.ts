import type { WireSimulatorKind } from '../../../simulators/simulator.ts';
import type { RunningSimulator } from '../../../simulators/wire/run.ts';
import { runSimulator } from '../../../simulators/wire/run.ts';
import type { AnyDriver } from '../../driver/contract.ts';
import { withDefaults } from '../../yaml/schema-walk.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Samples } from './samples.ts';

/** What a suite is about. */
export interface Subject {
  readonly driver: AnyDriver;
  readonly kind: WireSimulatorKind;
  readonly samples: Samples;
  readonly seed: number;
}

/** A simulated device in memory. */
export type Far = Extract<RunningSimulator, { transport: 'memory' }>;

/** A fresh device of the subject's, the same each time. */
export async function farOf({ kind, samples, seed }: Subject, clock: VirtualClock): Promise<Far> {
  const options = withDefaults(kind.options, samples.simulate ?? {});
  const far = await runSimulator(kind, { via: 'memory', seed, options, clock });
  if (far.transport !== 'memory') throw new Error('a suite has its wires in memory');
  return far;
}

export function optionsOf({ driver, samples }: Subject): unknown {
  return withDefaults(driver.options, samples.options ?? {});
}
