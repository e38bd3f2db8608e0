import { shellyGen2Model } from '../../drivers/shelly-gen2/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { ShellyBehaviour } from './model.ts';
import { optionsSchema, shellyOptions } from './options.ts';
import { shellyPart } from './state.ts';
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
  const { topic } = settings;
  const parts = [shellyPart(behaviour, settings)];
  return { topic, behaviour, driver: simulatedDriver(behaviour, clock), wire: wire.face, parts, close };
}

export const shellyGen2Simulator = {
  model: shellyGen2Model.name,
  options: optionsSchema,
  /** On the same topic, with an id and a MAC address of its own. */
  another: (options, seed) => ({ ...Object(options), topic: shellyOptions(options, seed).topic }),
  create,
} satisfies SimulatorKind;
