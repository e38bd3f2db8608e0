import { homie as driver } from '../../../drivers/homie/driver.ts';
import { type HomieSimulator, homieSimulator } from '../../../simulators/homie/index.ts';
import type { Dialect } from './dialect.ts';

const dialect = (version: 4 | 5): Dialect => ({
  name: `homie ${version}`,
  driver,
  kind: homieSimulator,
  device: (device) => ({
    simulator: { device, version, child: false },
    driver: {
      device,
      replyTimeoutMs: 300,
      settleMs: 100,
      stop: [{ property: 'climate-mode', value: 'off' }],
    },
  }),
  set: { command: 'write:climate-mode', values: ['heat', 'auto'], invalid: 'cool', confirmation: 'confirmed' },
  says: (device) => (version === 5 ? `homie/5/${device}/#` : `homie/${device}/#`),
  steer(simulator) {
    // `create` of this kind returns a HomieSimulator; the suite knows it as a Simulator.
    const { behaviour } = simulator as HomieSimulator;
    return {
      value: () => behaviour.device.values.get('climate/mode'),
      leave: () => behaviour.goOffline(),
      come: () => behaviour.comeOnline(),
    };
  },
});

export const homie5 = dialect(5);
export const homie4 = dialect(4);
