import { tasmotaPlugModel } from '../../drivers/tasmota-plug/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { PlugBehaviour } from './model.ts';
import { optionsSchema, plugOptions } from './options.ts';
import { PlugWire } from './wire.ts';

export type { PlugBehaviour, PowerOnState } from './model.ts';

/** A simulated plug, its topic, and its behaviour for tests to steer. */
export interface PlugSimulator extends Simulator {
  readonly topic: string;
  readonly behaviour: PlugBehaviour;
}

function create({ clock, seed, options }: SimulatorSettings): PlugSimulator {
  const settings = plugOptions(options, seed);
  const behaviour = new PlugBehaviour(clock, { ...settings, seed });
  const wire = new PlugWire(behaviour, settings, clock);
  const close = (): void => {
    wire.close();
    behaviour.close();
  };
  return { topic: settings.topic, behaviour, driver: simulatedDriver(behaviour, clock), wire: wire.face, close };
}

export const tasmotaPlugSimulator = {
  model: tasmotaPlugModel.name,
  options: optionsSchema,
  create,
} satisfies SimulatorKind;
