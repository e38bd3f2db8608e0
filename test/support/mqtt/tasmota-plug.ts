import { tasmotaPlugDriver } from '../../../drivers/tasmota-plug/driver.ts';
import { type PlugSimulator, tasmotaPlugSimulator } from '../../../simulators/tasmota-plug/index.ts';
import type { Dialect } from './dialect.ts';

export const tasmotaPlug: Dialect = {
  name: 'tasmota-plug',
  driver: tasmotaPlugDriver,
  kind: tasmotaPlugSimulator,
  device: (topic) => ({ simulator: { topic }, driver: { topic, replyTimeoutMs: 300 } }),
  set: { command: 'power', param: 'on', values: [true, false], invalid: 1, confirmation: 'confirmed' },
  says: (topic) => `stat/${topic}/+`,
  steer(simulator) {
    // `create` of this kind returns a PlugSimulator; the suite knows it as a Simulator.
    const { behaviour } = simulator as PlugSimulator;
    return {
      mute: (muted) => void (behaviour.muted = muted),
      value: () => behaviour.on,
      leave: () => behaviour.goOffline(),
      come: () => behaviour.comeOnline(),
    };
  },
};
