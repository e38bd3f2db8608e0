import { type ModbusMap, modelOf } from '../../drivers/modbus/model.ts';
import { BellcrankError, type JsonSchema } from '../../src/driver/index.ts';
import type { SimulatedPart, StateEntries, StateEntry } from '../state.ts';
import type { Bank } from './bank.ts';
import type { Unit } from './unit.ts';
import { decode, encode, type Value } from './value.ts';

/** What a device shows and takes besides the properties of its map, or in their place. */
export interface UnitFront {
  readonly state?: StateEntries;
  /** Properties that follow from the others. */
  readonly follow?: readonly string[];
  readonly buttons?: Readonly<Record<string, () => void>>;
}

/** One unit of a line: the properties of its map, each as a hand at the device sets it. */
export function unitPart(
  map: ModbusMap,
  unit: Unit,
  { state = {}, follow = [], buttons = {} }: UnitFront,
): SimulatedPart {
  const name = `unit-${unit.number}`;
  const properties = Object.entries(modelOf(map).properties).map(([property, { summary, schema }]) => {
    const titled = { title: summary, ...schema };
    return [property, propertyEntry(unit.bank, property, titled, follow.includes(property))] as const;
  });
  return {
    name,
    // Whatever driver it is of: the unit’s address is the protocol’s, and 1 if a device does not say it.
    is: (_driver, options) => addressIn(options) === unit.number,
    state: { ...Object.fromEntries(properties), ...state },
    buttons: Object.fromEntries(Object.entries(buttons).map(([button, press]) => [`${name}-${button}`, press])),
  };
}

function addressIn(options: unknown): unknown {
  const { unit = 1 } = Object(options) as { readonly unit?: unknown };
  return unit;
}

function propertyEntry(bank: Bank, name: string, schema: JsonSchema, follows: boolean): StateEntry {
  const get = (): Value => bank.get(name);
  return follows ? { schema, get } : { schema, get, set: (value: Value) => setByHand(bank, name, value) };
}

function setByHand(bank: Bank, name: string, value: Value): void {
  const point = bank.points.get(name);
  if (point === undefined) return;
  const held = decode(point, encode(point, value, []));
  const step = Math.abs(point.register.scale ?? 1) + Math.abs(Number(value)) * 1e-6;
  const fits = typeof value === 'number' ? Math.abs(Number(held) - value) <= step : held === value;
  if (!fits) throw new BellcrankError('invalid-request', `the register of ${name} cannot hold ${String(value)}`);
  if (bank.behaviour.refuses?.(name, value) !== undefined) {
    throw new BellcrankError('invalid-request', `the simulated device does not let ${name} be ${String(value)} now`);
  }
  bank.set(name, value);
}
