import { type AnyDriver, contractVersion, type Model } from '../src/driver/index.ts';
import type { DefinitionSource } from './declarative/definition/definition.ts';
import { type Dialect, findingText, readDefinition } from './declarative/definition/dialect.ts';
import { trust } from './declarative/definition/read.ts';
import { definitionDriver } from './declarative/driver.ts';
import { topicMapDriver } from './declarative/topics/driver.ts';
import type { TopicMapSource } from './declarative/topics/topic-map.ts';
import { trustTopicMap } from './declarative/topics/understand.ts';
import { definitionNames, modbusMapNames, shippedDefinition, topicMapNames } from './definitions/index.ts';
import { type ModbusMap, modbusDriver, understandModbusMap } from './modbus/index.ts';

/** A definition that comes with Bellcrank. It is read when somebody first asks for more than its name. */
export interface Shipped {
  readonly name: string;
  readonly driver: AnyDriver;
  readonly source: () => DefinitionSource;
}

export const shipped: readonly Shipped[] = definitionNames.map((name) => {
  const source = once(() => read(name, { understand: trust }));
  return { name, source, driver: lazyDriver(name, () => definitionDriver(source())) };
});

/** A register map that comes with Bellcrank. */
export interface ShippedMap {
  readonly name: string;
  readonly driver: AnyDriver;
  readonly map: () => ModbusMap;
}

const modbusMaps: Dialect<ModbusMap> = {
  understand(value) {
    const { findings, map } = understandModbusMap(value);
    return { findings, ...(map && { result: map }) };
  },
};

export const shippedMaps: readonly ShippedMap[] = modbusMapNames.map((name) => {
  const map = once(() => read(name, modbusMaps));
  return { name, map, driver: lazyDriver(name, () => modbusDriver(map())) };
});

/** A device on MQTT that comes with Bellcrank. */
export interface ShippedTopicMap {
  readonly name: string;
  readonly driver: AnyDriver;
  readonly source: () => TopicMapSource;
}

export const shippedTopicMaps: readonly ShippedTopicMap[] = topicMapNames.map((name) => {
  const source = once(() => read(name, { key: 'topics', understand: trustTopicMap }));
  return { name, source, driver: lazyDriver(name, () => topicMapDriver(source())) };
});

/** Whole, but without what `bellcrank check` looks for, since tests have looked. Throws for what no user could mend. */
function read<T>(name: string, dialect: Dialect<T>): T {
  const text = shippedDefinition(name);
  if (text === undefined) throw new Error(`there is no definition ${name}`);
  const { result, findings } = readDefinition(text, shippedDefinition, [dialect]);
  if (result !== undefined) return result;
  throw new Error(findings.map(findingText).join('\n') || `${text.name} is only a base for others`);
}

/** Most of what comes with us is never used in one process: reading all of it would make each start slow. */
function lazyDriver(name: string, load: () => AnyDriver): AnyDriver {
  const driver = once(load);
  return {
    contract: contractVersion,
    model: lazyModel(name, () => driver().model),
    get transports() {
      return driver().transports;
    },
    get options() {
      return driver().options;
    },
    maxInFlight: 1,
    get timing() {
      return driver().timing ?? {};
    },
    get serial() {
      return driver().serial ?? {};
    },
    // A driver without an address has a connection for itself, and says so by having no such function.
    get address() {
      const whole = driver();
      return whole.address?.bind(whole) as (options: unknown) => string;
    },
    attach: (...parts) => driver().attach(...parts),
  };
}

function lazyModel(name: string, load: () => Model): Model {
  return {
    name,
    get summary() {
      return load().summary;
    },
    get commands() {
      return load().commands;
    },
    get properties() {
      return load().properties;
    },
    get events() {
      return load().events;
    },
    get stop() {
      return load().stop as NonNullable<Model['stop']>;
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
