import { esphomeModel } from '../../drivers/esphome/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { EsphomeBehaviour } from './model.ts';
import { esphomeSettings, optionsSchema } from './options.ts';
import { esphomePart } from './parts.ts';
import { EsphomeWire } from './wire.ts';

export type { EsphomeBehaviour } from './model.ts';

/** A simulated device, its prefix, and its behaviour for tests to steer. */
export interface EsphomeSimulator extends Simulator {
  readonly prefix: string;
  readonly mac: string;
  readonly behaviour: EsphomeBehaviour;
}

function create({ clock, seed, options }: SimulatorSettings): EsphomeSimulator {
  const settings = esphomeSettings(options, seed);
  const behaviour = new EsphomeBehaviour(clock, settings.coverSeconds);
  const wire = new EsphomeWire(behaviour, settings);
  const close = (): void => {
    wire.close();
    behaviour.close();
  };
  const { prefix, mac } = settings;
  const parts = [esphomePart(behaviour, settings)];
  return { prefix, mac, behaviour, driver: simulatedDriver(behaviour, settings, clock), wire: wire.face, parts, close };
}

export const esphomeSimulator = {
  model: esphomeModel.name,
  options: optionsSchema,
  /** Of the same name, with a MAC address of its own. */
  another: (options, seed) => ({ ...Object(options), prefix: esphomeSettings(options, seed).prefix }),
  create,
} satisfies SimulatorKind;
