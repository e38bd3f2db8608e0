import { late, shipped, shippedMaps, shippedTopicMaps } from '../drivers/index.ts';
import type * as Engines from './engines.ts';
import type * as OnBrokers from './on-brokers.ts';
import type * as OnLines from './on-lines.ts';
import { scpiSupplySimulator } from './scpi-supply/index.ts';
import type { SimulatorKind } from './simulator.ts';

export { faultCatalogue } from './wire/faults/catalogue.ts';

const engines = late(import.meta.url, './engines') as () => typeof Engines; // what it exports
const onBrokers = late(import.meta.url, './on-brokers') as () => typeof OnBrokers; // what it exports
const onLines = late(import.meta.url, './on-lines') as () => typeof OnLines; // what it exports

export const definitionSimulator: typeof Engines.definitionSimulator = (source) =>
  engines().definitionSimulator(source);
export const topicMapSimulator: typeof Engines.topicMapSimulator = (source) => engines().topicMapSimulator(source);
export const modbusSimulator = (map: Parameters<typeof Engines.modbusSimulator>[0]): SimulatorKind =>
  engines().modbusSimulator(map);

/** A simulator that is read when a device of its kind is first simulated. */
function lateSimulator(model: string, load: () => SimulatorKind): SimulatorKind {
  return {
    model,
    get options() {
      return load().options;
    },
    get another() {
      const kind = load();
      // What a simulator has not is undefined, as it would be in the simulator itself.
      return kind.another?.bind(kind) as NonNullable<SimulatorKind['another']>;
    },
    create: (settings) => load().create(settings),
  };
}

/** The oven has a behaviour of its own; of others a register map says what they hold, and not what they do. */
const oven = 'bellcrank-oven';

/** Every simulator that comes with Bellcrank. */
export const simulators: readonly SimulatorKind[] = [
  lateSimulator('esphome', () => onBrokers().esphomeSimulator),
  lateSimulator('grbl', () => onLines().grblSimulator),
  lateSimulator('homie', () => onBrokers().homieSimulator),
  lateSimulator('home-assistant', () => onBrokers().homeAssistantSimulator),
  lateSimulator('mqtt-rpc', () => onBrokers().mqttRpcSimulator),
  lateSimulator('nmea0183', () => onLines().nmea0183Simulator),
  lateSimulator(oven, () => engines().ovenSimulator),
  scpiSupplySimulator,
  lateSimulator('sparkplug-b', () => onBrokers().sparkplugSimulator),
  lateSimulator('shelly-gen2', () => onBrokers().shellyGen2Simulator),
  lateSimulator('tasmota', () => onBrokers().tasmotaSimulator),
  lateSimulator('zigbee2mqtt', () => onBrokers().zigbee2mqttSimulator),
  ...shipped.map(({ name, source }) => lateSimulator(name, () => definitionSimulator(source()))),
  ...shippedTopicMaps.map(({ name, source }) => lateSimulator(name, () => topicMapSimulator(source()))),
  ...shippedMaps
    .filter(({ name }) => name !== oven)
    .map(({ name, map }) => lateSimulator(name, () => modbusSimulator(map()))),
];
