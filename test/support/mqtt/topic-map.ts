import { topicMapDriver } from '../../../drivers/declarative/topics/driver.ts';
import { type TopicMapSimulator, topicMapSimulator } from '../../../simulators/declarative/topics/index.ts';
import type { Simulator } from '../../../simulators/simulator.ts';
import { topicMapOf, topicMapTexts } from '../topic-map-texts.ts';
import type { Dialect, Steering } from './dialect.ts';

function steering(property: string): (simulator: Simulator) => Steering {
  return (simulator) => {
    // `create` of this kind returns a TopicMapSimulator; the suite knows it as a Simulator.
    const { behaviour } = simulator as TopicMapSimulator;
    return { value: () => behaviour.read(property) };
  };
}

function presence(simulator: Simulator): Pick<Steering, 'leave' | 'come'> {
  // As above.
  const { behaviour } = simulator as TopicMapSimulator;
  return { leave: () => behaviour.goOffline(), come: () => behaviour.comeOnline() };
}

const lamp = topicMapOf(topicMapTexts.lamp);
const relays = topicMapOf(topicMapTexts.relays);
const meter = topicMapOf(topicMapTexts.meter);

/** Set, and the state that follows. */
export const topicMapLamp: Dialect = {
  name: 'a topic map with states',
  driver: topicMapDriver(lamp),
  kind: topicMapSimulator(lamp),
  device: (topic) => ({ simulator: { topic }, driver: { topic } }),
  set: { command: 'write:on', values: [true, false], invalid: 1, confirmation: 'confirmed' },
  says: (topic) => `${topic}/state`,
  steer: (simulator) => ({ ...steering('on')(simulator), ...presence(simulator) }),
};

/** Asked and answered by an id. */
export const topicMapRelays: Dialect = {
  name: 'a topic map with ids',
  driver: topicMapDriver(relays),
  kind: topicMapSimulator(relays),
  device: (base) => ({ simulator: { base: `x/${base}` }, driver: { base: `x/${base}` } }),
  set: { command: 'write:relay-1', values: [true, false], invalid: 1, confirmation: 'confirmed' },
  correlated: true,
  says: (base) => `x/${base}/rpc/reply`,
  steer: steering('relay-1'),
};

/** Set, and the state that follows, as text and in words. */
export const topicMapMeter: Dialect = {
  name: 'a topic map on MQTT 5',
  driver: topicMapDriver(meter),
  kind: topicMapSimulator(meter),
  protocolVersions: [5],
  device: (serial) => ({ simulator: { serial }, driver: { serial } }),
  set: { command: 'choose', param: 'tariff', values: ['night', 'day'], invalid: 'noon', confirmation: 'confirmed' },
  says: (serial) => `meter/${serial}/tariff`,
  steer: steering('tariff'),
};
