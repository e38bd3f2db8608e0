import { model } from '../../drivers/scpi-supply/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { SupplyBehaviour } from './model.ts';
import { optionsSchema, supplyOptions } from './options.ts';
import { SupplyWire } from './wire.ts';

export type { SupplyBehaviour } from './model.ts';

/** A simulated supply, and its behaviour for tests to steer. */
export interface SupplySimulator extends Simulator {
  readonly behaviour: SupplyBehaviour;
}

function create({ clock, seed, options }: SimulatorSettings): SupplySimulator {
  const behaviour = new SupplyBehaviour(clock, supplyOptions(options, seed));
  const wire = new SupplyWire(behaviour, clock);
  const close = (): void => wire.close();
  return { behaviour, driver: simulatedDriver(behaviour, clock), wire: wire.face, close };
}

export const scpiSupplySimulator = {
  model: model.name,
  options: optionsSchema,
  create,
} satisfies SimulatorKind;
