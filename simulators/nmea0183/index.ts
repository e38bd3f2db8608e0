import { model } from '../../drivers/nmea0183/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { ReceiverBehaviour } from './model.ts';
import { optionsSchema, receiverOptions } from './options.ts';
import { receiverPart } from './part.ts';
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
  const parts = [receiverPart(behaviour)];
  return { behaviour, driver: simulatedDriver(behaviour, clock), wire: wire.face, parts, close };
}

export const nmea0183Simulator = {
  model: model.name,
  options: optionsSchema,
  /** A receiver does not say who it is; the other one is a degree away. */
  another(options, seed) {
    const { latitude } = receiverOptions(options);
    return { ...Object(options), latitude: latitude + (latitude > 0 ? -1 : 1) * (1 + (seed % 10) / 10) };
  },
  create,
} satisfies SimulatorKind;
