import { zigbee2mqttModel } from '../../drivers/zigbee2mqtt/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { BridgeBehaviour } from './model.ts';
import { bridgeOptions, optionsSchema } from './options.ts';
import { bridgeParts } from './parts.ts';
import { BridgeWire } from './wire.ts';

export type { BridgeBehaviour } from './model.ts';
export { ZigbeeDevice } from './zigbee-device.ts';

/** A simulated bridge with its network, and its behaviour for tests to steer. */
export interface BridgeSimulator extends Simulator {
  readonly base: string;
  readonly behaviour: BridgeBehaviour;
}

function create({ clock, seed, options }: SimulatorSettings): BridgeSimulator {
  const settings = bridgeOptions(options);
  const behaviour = new BridgeBehaviour(clock, { ...settings, seed });
  const wire = new BridgeWire(behaviour, settings);
  const close = (): void => {
    wire.close();
    behaviour.close();
  };
  const { base } = settings;
  return {
    base,
    behaviour,
    driver: simulatedDriver(behaviour, clock),
    wire: wire.face,
    get parts() {
      return bridgeParts(behaviour, base);
    },
    close,
  };
}

export const zigbee2mqttSimulator = {
  model: zigbee2mqttModel.name,
  options: optionsSchema,
  create,
} satisfies SimulatorKind;
