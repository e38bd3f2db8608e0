import { tasmotaModel } from '../../drivers/tasmota/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { TasmotaBehaviour } from './model.ts';
import { optionsSchema, tasmotaOptions } from './options.ts';
import { tasmotaPart } from './parts.ts';
import { TasmotaWire } from './wire.ts';

export type { PowerOnState, TasmotaBehaviour } from './model.ts';

/** A simulated device, its topic, and its behaviour for tests to steer. */
export interface TasmotaSimulator extends Simulator {
  readonly topic: string;
  readonly mac: string;
  readonly behaviour: TasmotaBehaviour;
}

function create({ clock, seed, options }: SimulatorSettings): TasmotaSimulator {
  const settings = tasmotaOptions(options, seed);
  const behaviour = new TasmotaBehaviour(clock, { ...settings, seed });
  const wire = new TasmotaWire(behaviour, settings, clock);
  const close = (): void => {
    wire.close();
    behaviour.close();
  };
  return {
    topic: settings.topic,
    mac: `DEADBE${settings.macTail}`,
    behaviour,
    driver: simulatedDriver(behaviour, settings, clock),
    wire: wire.face,
    parts: [tasmotaPart(behaviour, settings)],
    close,
  };
}

export const tasmotaSimulator = {
  model: tasmotaModel.name,
  options: optionsSchema,
  /** On the same topic, with a MAC address of its own. */
  another: (options, seed) => ({ ...Object(options), topic: tasmotaOptions(options, seed).topic }),
  create,
} satisfies SimulatorKind;
