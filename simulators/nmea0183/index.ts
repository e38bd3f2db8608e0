import { model } from '../../drivers/nmea0183/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { ReceiverBehaviour } from './model.ts';
import { optionsSchema, receiverOptions } from './options.ts';
import { ReceiverWire } from './wire.ts';

export type { ReceiverBehaviour } from './model.ts';

/** A simulated receiver, and its behaviour for tests to steer. */
export interface ReceiverSimulator extends Simulator {
  readonly behaviour: ReceiverBehaviour;
}

function create({ clock, seed, options }: SimulatorSettings): ReceiverSimulator {
  const behaviour = new ReceiverBehaviour(clock, receiverOptions(options), seed);
  const wire = new ReceiverWire(behaviour);
  const close = (): void => {
    wire.close();
    behaviour.close();
  };
  return { behaviour, driver: simulatedDriver(behaviour, clock), wire: wire.face, close };
}

export const nmea0183Simulator = {
  model: model.name,
  options: optionsSchema,
  create,
} satisfies SimulatorKind;
