import { shellyGen2Model } from '../../drivers/shelly-gen2/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { ShellyBehaviour } from './model.ts';
import { optionsSchema, shellyOptions } from './options.ts';
import { ShellyWire } from './wire.ts';

export { RpcError, type ShellyBehaviour } from './model.ts';

/** A simulated Shelly, its topic, and its behaviour for tests to steer. */
export interface ShellySimulator extends Simulator {
  readonly topic: string;
  readonly behaviour: ShellyBehaviour;
}

function create({ clock, seed, options }: SimulatorSettings): ShellySimulator {
  const settings = shellyOptions(options, seed);
  const behaviour = new ShellyBehaviour(clock, settings);
  const wire = new ShellyWire(behaviour, settings);
  const close = (): void => {
    wire.close();
    behaviour.close();
  };
  return { topic: settings.topic, behaviour, driver: simulatedDriver(behaviour, clock), wire: wire.face, close };
}

export const shellyGen2Simulator = {
  model: shellyGen2Model.name,
  options: optionsSchema,
  create,
} satisfies SimulatorKind;
