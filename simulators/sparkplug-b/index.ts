import { sparkplugModel } from '../../drivers/sparkplug-b/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { EdgeBehaviour } from './model.ts';
import { type EdgeOptions, edgeOptions, optionsSchema } from './options.ts';
import { edgeParts } from './parts.ts';
import { EdgeWire } from './wire.ts';

export type { EdgeBehaviour } from './model.ts';

/** A simulated edge node, its ids, and its behaviour for tests to steer. */
export interface EdgeSimulator extends Simulator {
  readonly settings: EdgeOptions;
  readonly behaviour: EdgeBehaviour;
  /** A data message of a device whose birth certificate nobody has heard. */
  strayData(device: string): void;
}

function create({ clock, seed, options }: SimulatorSettings): EdgeSimulator {
  const settings = edgeOptions(options, seed);
  const behaviour = new EdgeBehaviour(clock, seed);
  const wire = new EdgeWire(behaviour, settings);
  const close = (): void => {
    wire.close();
    behaviour.close();
  };
  return {
    settings,
    behaviour,
    driver: simulatedDriver(behaviour, clock),
    wire: wire.face,
    parts: edgeParts(behaviour, settings),
    strayData: (device) => wire.strayData(device),
    close,
  };
}

export const sparkplugSimulator = {
  model: sparkplugModel.name,
  options: optionsSchema,
  /** Under the same ids; the serial number of its pump is another one. */
  another: (options, seed) => ({ ...Object(options), node: edgeOptions(options, seed).node }),
  create,
} satisfies SimulatorKind;
