import { shipped, shippedMaps, shippedTopicMaps } from '../drivers/index.ts';
import { definitionSimulator } from './declarative/index.ts';
import { topicMapSimulator } from './declarative/topics/index.ts';
import { esphomeSimulator } from './esphome/index.ts';
import { grblSimulator } from './grbl/index.ts';
import { homieSimulator } from './homie/index.ts';
import { homeAssistantSimulator } from './home-assistant/index.ts';
import { modbusSimulator, ovenSimulator } from './modbus/index.ts';
import { mqttRpcSimulator } from './mqtt-rpc/index.ts';
import { nmea0183Simulator } from './nmea0183/index.ts';
import { scpiSupplySimulator } from './scpi-supply/index.ts';
import { shellyGen2Simulator } from './shelly-gen2/index.ts';
import type { SimulatorKind } from './simulator.ts';
import { sparkplugSimulator } from './sparkplug-b/index.ts';
import { tasmotaSimulator } from './tasmota/index.ts';
import { zigbee2mqttSimulator } from './zigbee2mqtt/index.ts';

export { definitionSimulator } from './declarative/index.ts';
export { topicMapSimulator } from './declarative/topics/index.ts';
export { modbusSimulator } from './modbus/index.ts';
export { faultCatalogue } from './wire/faults/catalogue.ts';

/** Of the definitions that come with Bellcrank; each is read when it is first simulated. */
const defined = shipped.map(({ name, source }): SimulatorKind => ({
  model: name,
  get options() {
    return definitionSimulator(source()).options;
  },
  another: (options, seed) => definitionSimulator(source()).another?.(options, seed) ?? options,
  create: (settings) => definitionSimulator(source()).create(settings),
}));

/** The same of those on MQTT. */
const definedOnMqtt = shippedTopicMaps.map(({ name, source }): SimulatorKind => ({
  model: name,
  get options() {
    return topicMapSimulator(source()).options;
  },
  create: (settings) => topicMapSimulator(source()).create(settings),
}));

/** A register map says what its device holds, and not what it does; the oven has a behaviour of its own. */
const mapped = shippedMaps
  .filter(({ name }) => name !== ovenSimulator.model)
  .map(({ name, map }): SimulatorKind => ({
    model: name,
    get options() {
      return modbusSimulator(map()).options;
    },
    another: (options) => modbusSimulator(map()).another?.(options) ?? options,
    create: (settings) => modbusSimulator(map()).create(settings),
  }));

/** Every simulator that comes with Bellcrank. */
export const simulators: readonly SimulatorKind[] = [
  esphomeSimulator,
  grblSimulator,
  homieSimulator,
  homeAssistantSimulator,
  mqttRpcSimulator,
  nmea0183Simulator,
  ovenSimulator,
  scpiSupplySimulator,
  sparkplugSimulator,
  shellyGen2Simulator,
  tasmotaSimulator,
  zigbee2mqttSimulator,
  ...defined,
  ...definedOnMqtt,
  ...mapped,
];
