import { model } from '../../drivers/grbl/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { GrblBehaviour } from './model.ts';
import { grblOptions, optionsSchema } from './options.ts';
import { millPart } from './part.ts';
import { GrblWire } from './wire.ts';

export type { GrblBehaviour } from './model.ts';
export type { GrblWire } from './wire.ts';

/** A simulated controller with its machine, and its behaviour and wire for tests to steer. */
export interface GrblSimulator extends Simulator {
  readonly behaviour: GrblBehaviour;
  readonly port: GrblWire;
}

function create({ clock, seed, options }: SimulatorSettings): GrblSimulator {
  const behaviour = new GrblBehaviour(clock, grblOptions(options, seed));
  const port = new GrblWire(behaviour);
  const close = (): void => {
    port.close();
    behaviour.close();
  };
  const parts = [millPart(behaviour)];
  return { behaviour, port, driver: simulatedDriver(behaviour, clock), wire: port.face, parts, close };
}

export const grblSimulator = {
  model: model.name,
  options: optionsSchema,
  /** With the build info that its own seed gives it. */
  another(options) {
    const { buildInfo: _, ...others } = Object(options) as Record<string, unknown>;
    return others;
  },
  create,
} satisfies SimulatorKind;
