import { zigbee2mqtt as driver } from '../../../drivers/zigbee2mqtt/driver.ts';
import { type BridgeSimulator, zigbee2mqttSimulator } from '../../../simulators/zigbee2mqtt/index.ts';
import type { Dialect } from './dialect.ts';

export const zigbee2mqtt: Dialect = {
  name: 'zigbee2mqtt',
  driver,
  kind: zigbee2mqttSimulator,
  device: (base) => ({
    simulator: { base, devices: ['plug'] },
    driver: { base, device: 'plug', replyTimeoutMs: 300 },
  }),
  set: { command: 'write:state', values: [true, false], invalid: 'ON', confirmation: 'acknowledged' },
  says: (base) => `${base}/plug`,
  steer(simulator) {
    // `create` of this kind returns a BridgeSimulator; the suite knows it as a Simulator.
    const { behaviour } = simulator as BridgeSimulator;
    const plug = behaviour.device('plug');
    return {
      value: () => plug.values['state'] === 'ON',
      leave: () => behaviour.setOnline(false),
      come: () => {
        behaviour.setOnline(false);
        behaviour.setOnline(true);
      },
    };
  },
};
