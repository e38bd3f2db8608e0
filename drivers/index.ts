import type { AnyDriver } from '../src/driver/index.ts';
import type { DefinitionSource } from './declarative/definition/definition.ts';
import type { Dialect } from './declarative/definition/dialect.ts';
import { textProtocol } from './declarative/dialect.ts';
import { definitionDriver } from './declarative/driver.ts';
import { topicMapDriver } from './declarative/topics/driver.ts';
import type { TopicMapSource } from './declarative/topics/topic-map.ts';
import { topicMaps } from './declarative/topics/understand.ts';
import { esphomeDriver } from './esphome/driver.ts';
import { grbl } from './grbl/driver.ts';
import { homie } from './homie/driver.ts';
import { homeAssistant } from './home-assistant/driver.ts';
import { type ModbusMap, understandModbusMap } from './modbus/index.ts';
import { mqttRpcDriver } from './mqtt-rpc/driver.ts';
import { nmea0183 } from './nmea0183/driver.ts';
import { scpiSupply } from './scpi-supply/driver.ts';
import { shellyGen2Driver } from './shelly-gen2/driver.ts';
import { shipped, shippedMaps, shippedTopicMaps } from './shipped.ts';
import { sparkplugB } from './sparkplug-b/driver.ts';
import { tasmotaDriver } from './tasmota/driver.ts';
import { zigbee2mqttBridge } from './zigbee2mqtt/bridge.ts';
import { zigbee2mqtt } from './zigbee2mqtt/driver.ts';

export { findingText, readDefinition, type Dialect, type Read } from './declarative/definition/dialect.ts';
export type { DefinitionSource, Finding } from './declarative/definition/definition.ts';
export type { LocatedFinding, Resolve, SourceText } from './declarative/definition/document.ts';
export { definitionJsonSchema } from './declarative/definition/json-schema.ts';
export { shippedDefinition } from './definitions/index.ts';
export { crc16 } from './modbus/index.ts';
export { shipped, shippedMaps, shippedTopicMaps } from './shipped.ts';

/** What a definition was read as: a driver, and what its simulator is made from, where its dialect has one. */
export interface DefinedDriver {
  readonly driver: AnyDriver;
  readonly source?: DefinitionSource;
  readonly map?: ModbusMap;
  readonly topics?: TopicMapSource;
}

/** The languages that definitions are written in. The text protocol takes what no other does. */
export const dialects: readonly Dialect<DefinedDriver>[] = [
  {
    key: 'modbus',
    understand(value) {
      const { findings, driver, map } = understandModbusMap(value);
      return { findings, ...(driver && map && { result: { driver, map } }) };
    },
  },
  {
    key: 'topics',
    understand(value) {
      const { findings, result: topics } = topicMaps.understand(value);
      return { findings, ...(topics && { result: { driver: topicMapDriver(topics), topics } }) };
    },
  },
  {
    understand(value) {
      const { findings, result: source } = textProtocol.understand(value);
      return { findings, ...(source && { result: { driver: definitionDriver(source), source } }) };
    },
  },
];

/** Every driver that comes with Bellcrank; an explicit list, so that "go to definition" works. */
export const drivers: readonly AnyDriver[] = [
  esphomeDriver,
  grbl,
  homie,
  homeAssistant,
  mqttRpcDriver,
  nmea0183,
  scpiSupply,
  sparkplugB,
  shellyGen2Driver,
  tasmotaDriver,
  zigbee2mqtt,
  zigbee2mqttBridge,
  ...shipped.map(({ driver }) => driver),
  ...shippedMaps.map(({ driver }) => driver),
  ...shippedTopicMaps.map(({ driver }) => driver),
];
