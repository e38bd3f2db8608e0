import { tasmotaDriver } from '../../../drivers/tasmota/driver.ts';
import { type TasmotaSimulator, tasmotaSimulator } from '../../../simulators/tasmota/index.ts';
import type { Dialect } from './dialect.ts';

export const tasmota: Dialect = {
  name: 'tasmota',
  driver: tasmotaDriver,
  kind: tasmotaSimulator,
  device: (topic) => ({ simulator: { topic }, driver: { topic, replyTimeoutMs: 300 } }),
  set: { command: 'power', param: 'on', values: [true, false], invalid: 1, confirmation: 'confirmed' },
  says: (topic) => `stat/${topic}/+`,
  steer(simulator) {
    // `create` of this kind returns a TasmotaSimulator; the suite knows it as a Simulator.
    const { behaviour } = simulator as TasmotaSimulator;
    return {
      value: () => behaviour.on,
      leave: () => behaviour.goOffline(),
      come: () => behaviour.comeOnline(),
    };
  },
};
