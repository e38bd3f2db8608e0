import type { AnyDriver } from '../src/driver/index.ts';
import type { DefinitionSource } from './declarative/definition/definition.ts';
import type { Dialect } from './declarative/definition/dialect.ts';
import type { TopicMapSource } from './declarative/topics/topic-map.ts';
import type * as Engines from './engines.ts';
import { late, lateDriver } from './late.ts';
import type { ModbusMap } from './modbus/index.ts';
import type * as OnBrokers from './on-brokers.ts';
import type * as OnLines from './on-lines.ts';
import { scpiSupply } from './scpi-supply/driver.ts';
import { shipped, shippedMaps, shippedTopicMaps } from './shipped.ts';

export { findingText, readDefinition, type Dialect, type Read } from './declarative/definition/dialect.ts';
export type { DefinitionSource, Finding } from './declarative/definition/definition.ts';
export type { LocatedFinding, Resolve, SourceText } from './declarative/definition/document.ts';
export { shippedDefinition } from './definitions/index.ts';
export { late } from './late.ts';
export { shipped, shippedMaps, shippedTopicMaps } from './shipped.ts';

const engines = late(import.meta.url, './engines') as () => typeof Engines; // what it exports
const onBrokers = late(import.meta.url, './on-brokers') as () => typeof OnBrokers; // what it exports
const onLines = late(import.meta.url, './on-lines') as () => typeof OnLines; // what it exports

export const definitionJsonSchema: typeof Engines.definitionJsonSchema = () => engines().definitionJsonSchema();
export const checksumAtEnd: typeof Engines.checksumAtEnd = (messages) => engines().checksumAtEnd(messages);
export const crc16: typeof Engines.crc16 = (bytes) => engines().crc16(bytes);

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
      const { findings, driver, map } = engines().understandModbusMap(value);
      return { findings, ...(driver && map && { result: { driver, map } }) };
    },
  },
  {
    key: 'topics',
    understand(value) {
      const { findings, result: topics } = engines().topicMaps.understand(value);
      return { findings, ...(topics && { result: { driver: engines().topicMapDriver(topics), topics } }) };
    },
  },
  {
    understand(value) {
      const { findings, result: source } = engines().textProtocol.understand(value);
      return { findings, ...(source && { result: { driver: engines().definitionDriver(source), source } }) };
    },
  },
];

/** Every driver that comes with Bellcrank; an explicit list, so that "go to definition" works. */
export const drivers: readonly AnyDriver[] = [
  lateDriver('esphome', () => onBrokers().esphomeDriver, { discovers: true }),
  lateDriver('grbl', () => onLines().grbl),
  lateDriver('homie', () => onBrokers().homie, { discovers: true }),
  lateDriver('home-assistant', () => onBrokers().homeAssistant, { discovers: true }),
  lateDriver('mqtt-rpc', () => onBrokers().mqttRpcDriver),
  lateDriver('nmea0183', () => onLines().nmea0183),
  scpiSupply,
  lateDriver('sparkplug-b', () => onBrokers().sparkplugB, { discovers: true }),
  lateDriver('shelly-gen2', () => onBrokers().shellyGen2Driver, { discovers: true }),
  lateDriver('tasmota', () => onBrokers().tasmotaDriver, { discovers: true }),
  lateDriver('zigbee2mqtt', () => onBrokers().zigbee2mqtt, { discovers: true }),
  lateDriver('zigbee2mqtt-bridge', () => onBrokers().zigbee2mqttBridge, { discovers: true }),
  ...shipped.map(({ driver }) => driver),
  ...shippedMaps.map(({ driver }) => driver),
  ...shippedTopicMaps.map(({ driver }) => driver),
];
