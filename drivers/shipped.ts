import type { AnyDriver } from '../src/driver/index.ts';
import type { DefinitionSource } from './declarative/definition/definition.ts';
import { type Dialect, findingText, readDefinition } from './declarative/definition/dialect.ts';
import type { TopicMapSource } from './declarative/topics/topic-map.ts';
import { definitionNames, modbusMapNames, shippedDefinition, topicMapNames } from './definitions/index.ts';
import type * as Engines from './engines.ts';
import { late, lateDriver, once } from './late.ts';
import type { ModbusMap } from './modbus/index.ts';

const engines = late(import.meta.url, './engines') as () => typeof Engines; // what it exports

/** A definition that comes with Bellcrank. It is read when somebody first asks for more than its name. */
export interface Shipped {
  readonly name: string;
  readonly driver: AnyDriver;
  readonly source: () => DefinitionSource;
}

export const shipped: readonly Shipped[] = definitionNames.map((name) => {
  const source = once(() => read(name, { understand: engines().trust }));
  return { name, source, driver: lateDriver(name, () => engines().definitionDriver(source())) };
});

/** A register map that comes with Bellcrank. */
export interface ShippedMap {
  readonly name: string;
  readonly driver: AnyDriver;
  readonly map: () => ModbusMap;
}

const modbusMaps: Dialect<ModbusMap> = {
  understand(value) {
    const { findings, map } = engines().understandModbusMap(value);
    return { findings, ...(map && { result: map }) };
  },
};

export const shippedMaps: readonly ShippedMap[] = modbusMapNames.map((name) => {
  const map = once(() => read(name, modbusMaps));
  return { name, map, driver: lateDriver(name, () => engines().modbusDriver(map())) };
});

/** A device on MQTT that comes with Bellcrank. */
export interface ShippedTopicMap {
  readonly name: string;
  readonly driver: AnyDriver;
  readonly source: () => TopicMapSource;
}

export const shippedTopicMaps: readonly ShippedTopicMap[] = topicMapNames.map((name) => {
  const source = once(() => read(name, { key: 'topics', understand: engines().trustTopicMap }));
  return { name, source, driver: lateDriver(name, () => engines().topicMapDriver(source())) };
});

/** Whole, but without what `bellcrank check` looks for, since tests have looked. Throws for what no user could mend. */
function read<T>(name: string, dialect: Dialect<T>): T {
  const text = shippedDefinition(name);
  if (text === undefined) throw new Error(`there is no definition ${name}`);
  const { result, findings } = readDefinition(text, shippedDefinition, [dialect]);
  if (result !== undefined) return result;
  throw new Error(findings.map(findingText).join('\n') || `${text.name} is only a base for others`);
}
