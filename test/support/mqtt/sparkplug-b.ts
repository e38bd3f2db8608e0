import { sparkplugB } from '../../../drivers/sparkplug-b/driver.ts';
import { type EdgeSimulator, sparkplugSimulator } from '../../../simulators/sparkplug-b/index.ts';
import type { Dialect } from './dialect.ts';

const group = 'Conformance';
const device = 'PumpSkid';
const metric = 'Setpoints/Speed';

/** A device of an edge node: its node sees to it that old messages, which have old sequence numbers, answer nothing. */
export const sparkplugDevice: Dialect = {
  name: 'sparkplug-b, a device',
  driver: sparkplugB,
  kind: sparkplugSimulator,
  device: (node) => ({
    simulator: { group, node },
    driver: { group, node, device, replyTimeoutMs: 300, stop: [{ property: 'setpoints-speed', value: 0 }] },
  }),
  set: { command: 'write:setpoints-speed', values: [1500, -20], invalid: 9000, confirmation: 'confirmed' },
  correlated: true,
  says: (node) => `spBv1.0/${group}/+/${node}/#`,
  steer(simulator) {
    // `create` of this kind returns an EdgeSimulator; the suite knows it as a Simulator.
    const { behaviour } = simulator as EdgeSimulator;
    return {
      value: () => behaviour.value(device, metric),
      leave: () => behaviour.plug(device, false),
      come: () => behaviour.plug(device, true),
    };
  },
};

/** The edge node itself, whose metrics have no aliases. */
export const sparkplugNode: Dialect = {
  ...sparkplugDevice,
  name: 'sparkplug-b, an edge node',
  device: (node) => ({
    simulator: { group, node, aliases: false },
    driver: { group, node, replyTimeoutMs: 300 },
  }),
  set: { command: 'write:cabinet-light-on', values: [true, false], invalid: 1, confirmation: 'confirmed' },
  steer(simulator) {
    // As above.
    const { behaviour } = simulator as EdgeSimulator;
    return {
      value: () => behaviour.value(undefined, 'Cabinet/Light On'),
      leave: () => behaviour.goOffline(),
      come: () => behaviour.comeOnline(),
    };
  },
};
