import { homieModel } from '../../drivers/homie/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { HomieThermostat } from './model.ts';
import { optionsSchema, simulatorOptions } from './options.ts';
import { homieParts } from './parts.ts';
import { HomieWire } from './wire.ts';

export type { HomieThermostat } from './model.ts';

/** A simulated thermostat, and its behaviour for tests to steer. */
export interface HomieSimulator extends Simulator {
  readonly behaviour: HomieThermostat;
}

function create({ clock, options }: SimulatorSettings): HomieSimulator {
  const settings = simulatorOptions(options);
  const behaviour = new HomieThermostat(clock, settings);
  const wire = new HomieWire(behaviour, settings);
  const close = (): void => {
    wire.close();
    behaviour.close();
  };
  return {
    behaviour,
    driver: simulatedDriver(behaviour, clock),
    wire: wire.face,
    get parts() {
      return homieParts(behaviour, settings.domain);
    },
    close,
  };
}

export const homieSimulator = {
  model: homieModel.name,
  options: optionsSchema,
  create,
} satisfies SimulatorKind;
