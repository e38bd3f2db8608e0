import { model } from '../../drivers/scpi-supply/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { SupplyBehaviour } from './model.ts';
import { optionsSchema, supplyOptions } from './options.ts';
import { supplyPart } from './part.ts';
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
  const parts = [supplyPart(behaviour)];
  return { behaviour, driver: simulatedDriver(behaviour, clock), wire: wire.face, parts, close };
}

export const scpiSupplySimulator = {
  model: model.name,
  options: optionsSchema,
  /** Under the identity that its own seed gives it. */
  another(options) {
    const { identity: _, ...others } = Object(options) as Record<string, unknown>;
    return others;
  },
  create,
} satisfies SimulatorKind;
