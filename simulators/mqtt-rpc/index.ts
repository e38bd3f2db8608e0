import { mqttRpcModel } from '../../drivers/mqtt-rpc/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { LampBehaviour } from './model.ts';
import { lampOptions, optionsSchema } from './options.ts';
import { lampPart } from './parts.ts';
import { LampWire } from './wire.ts';

export type { LampBehaviour } from './model.ts';

/** A simulated lamp, and its behaviour for tests to steer. */
export interface LampSimulator extends Simulator {
  readonly behaviour: LampBehaviour;
}

function create({ clock, options }: SimulatorSettings): LampSimulator {
  const settings = lampOptions(options);
  const behaviour = new LampBehaviour();
  const wire = new LampWire(behaviour, settings);
  const parts = [lampPart(behaviour, settings)];
  return { behaviour, driver: simulatedDriver(behaviour, clock), wire: wire.face, parts, close: () => wire.close() };
}

export const mqttRpcSimulator = {
  model: mqttRpcModel.name,
  options: optionsSchema,
  create,
} satisfies SimulatorKind;
