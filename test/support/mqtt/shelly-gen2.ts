import { shellyGen2Driver } from '../../../drivers/shelly-gen2/driver.ts';
import { type ShellySimulator, shellyGen2Simulator } from '../../../simulators/shelly-gen2/index.ts';
import type { Dialect } from './dialect.ts';

export const shellyGen2: Dialect = {
  name: 'shelly-gen2',
  driver: shellyGen2Driver,
  kind: shellyGen2Simulator,
  device: (topic) => ({ simulator: { topic }, driver: { topic, replyTimeoutMs: 300 } }),
  set: { command: 'write:switch-0', values: [true, false], invalid: 1, confirmation: 'confirmed' },
  correlated: true,
  says: () => '+/rpc',
  steer(simulator) {
    // `create` of this kind returns a ShellySimulator; the suite knows it as a Simulator.
    const { behaviour } = simulator as ShellySimulator;
    return {
      value: () => behaviour.switches[0]?.on,
      leave: () => behaviour.goOffline(),
      come: () => behaviour.comeOnline(),
    };
  },
};
