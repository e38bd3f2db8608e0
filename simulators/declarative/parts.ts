import type { DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import type { JsonSchema } from '../../src/driver/index.ts';
import type { SimulatedPart, StateEntries, StateEntry } from '../state.ts';
import type { DeviceBehaviour } from './behaviour.ts';

type Options = Readonly<Record<string, unknown>>;

/** Longest text that a hand puts into a state of a definition’s own. */
const maxText = 1000;

/** The devices on the line of a definition: what their model tells of them, and what else their simulator keeps. */
export function devicesOf(source: DefinitionSource, behaviours: readonly DeviceBehaviour[]): readonly SimulatedPart[] {
  return behaviours.map((device) => {
    const address = source.address(device.definition.options);
    return {
      name: source.hasAddress ? `unit-${address}` : 'main',
      is: (driver, options) => !source.hasAddress || isAt(source, driver, options, address),
      state: { ...ownState(device), ...propertiesOf(device) },
    };
  });
}

function isAt(source: DefinitionSource, driver: string, options: unknown, address: string | undefined): boolean {
  const isRecord = typeof options === 'object' && options !== null;
  return driver === source.name && isRecord && source.address(options as Options) === address;
}

function propertiesOf(device: DeviceBehaviour): StateEntries {
  const properties = Object.entries(device.definition.model.properties);
  return Object.fromEntries(
    properties.map(([name, { summary, schema }]) => [name, entryOf(device, name, { title: summary, ...schema })]),
  );
}

/** Values that only the simulator’s clause speaks of. */
function ownState(device: DeviceBehaviour): StateEntries {
  const { initial, relations } = device.definition.simulator;
  const names = [...Object.keys(initial), ...relations.map(({ property }) => property)];
  return Object.fromEntries(names.map((name) => [name, entryOf(device, name, schemaLike(device.value(name)))]));
}

function entryOf(device: DeviceBehaviour, name: string, schema: JsonSchema): StateEntry {
  return { schema, get: () => device.value(name), set: (value: unknown) => device.set(name, value) };
}

/** Whatever is of the kind of this value. */
function schemaLike(value: unknown): JsonSchema {
  if (typeof value === 'number' || typeof value === 'boolean') return { type: typeof value };
  return typeof value === 'string' ? { type: 'string', maxLength: maxText } : {};
}
