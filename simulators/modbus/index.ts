import { type ModbusMap, oven } from '../../drivers/modbus/model.ts';
import type { Clock } from '../../src/clock.ts';
import type { JsonSchema } from '../../src/driver/index.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import type { Bank, Behaviour } from './bank.ts';
import { simulatedDriver } from './driver.ts';
import { lineOptions, optionsSchema } from './options.ts';
import { OvenBehaviour } from './oven-behaviour.ts';
import { ovenFront } from './oven-front.ts';
import { type UnitFront, unitPart } from './part.ts';
import { ovenDefaults, type OvenOptions, ovenOptionsSchema } from './oven-options.ts';
import { Unit } from './unit.ts';
import type { Value } from './value.ts';
import { ModbusWire } from './wire.ts';

export type { Bank, Behaviour } from './bank.ts';
export { exceptions } from './memory.ts';
export type { OvenBehaviour } from './oven-behaviour.ts';
export type { Unit } from './unit.ts';

/** What a simulated device does beyond keeping what is written to it. */
export interface ModbusClauses<B extends Behaviour = Behaviour> {
  /** Schema of one unit's options. */
  readonly options?: JsonSchema;
  /** Properties at start. */
  readonly initial?: Readonly<Record<string, Value>>;
  /** One per unit. */
  readonly behaviour?: (
    bank: Bank,
    parts: { readonly clock: Clock; readonly seed: number; readonly options: unknown },
  ) => B;
  /** What can be seen of it and done to it besides the properties of its map. */
  readonly front?: (behaviour: B) => UnitFront;
}

/** Some simulated devices on one line, for tests to steer. */
export interface ModbusSimulator<B extends Behaviour = Behaviour> extends Simulator {
  readonly units: readonly Unit[];
  /** What a unit does. Throws for one that is not on the line, or without a behaviour of its own. */
  behaviour(unit?: number): B;
  unit(number?: number): Unit;
}

/** A simulator of any device that a map describes: its registers, and what they do. */
export function modbusSimulator<B extends Behaviour>(map: ModbusMap, clauses: ModbusClauses<B> = {}) {
  const options = optionsSchema(clauses.options);
  const create = (settings: SimulatorSettings): ModbusSimulator<B> => createLine(map, clauses, options, settings);
  const another = (given: unknown): unknown => ({ ...Object(given), identity: 'ANOTHER DEVICE' });
  return { model: map.model, options, ...(isTold(map) && { another }), create } satisfies SimulatorKind;
}

/** Bellcrank's own oven. */
export const ovenSimulator = modbusSimulator(oven, {
  options: ovenOptionsSchema,
  behaviour: (bank, { clock, options }) =>
    // Validated against the very schema that this type is inferred from.
    new OvenBehaviour(bank, clock, { ...ovenDefaults, ...(options as Partial<OvenOptions>) }),
  front: ovenFront,
});

function createLine<B extends Behaviour>(
  map: ModbusMap,
  clauses: ModbusClauses<B>,
  schema: ReturnType<typeof optionsSchema>,
  { clock, seed, options }: SimulatorSettings,
): ModbusSimulator<B> {
  const line = lineOptions(schema, options);
  const behaviours = new Map<number, B>();
  const units = line.units.map(({ unit: number, device }) => {
    const unit = new Unit(number, map);
    showExamples(unit.bank, map);
    for (const [name, value] of Object.entries(clauses.initial ?? {})) unit.bank.set(name, value);
    const behaviour = clauses.behaviour?.(unit.bank, { clock, seed: seed + number, options: device });
    if (behaviour !== undefined) {
      unit.bank.behaviour = behaviour;
      behaviours.set(number, behaviour);
    }
    if (line.identity !== undefined && isTold(map)) unit.bank.store('identity', line.identity);
    return unit;
  });
  const wire = new ModbusWire(units, line.framing, clock);
  return {
    units,
    unit: (number = 1) =>
      found(
        units.find((unit) => unit.number === number),
        number,
      ),
    behaviour: (number = 1) => found(behaviours.get(number), number),
    driver: simulatedDriver(map, units, clock),
    wire: wire.face,
    parts: units.map((unit) => unitPart(map, unit, frontOf(clauses, behaviours.get(unit.number)))),
    close: () => wire.close(),
  };
}

/** Before anything is done to it, a device is as the examples of its map show it; the first of them for what several show. */
function showExamples(bank: Bank, { examples = [] }: ModbusMap): void {
  for (const { read } of examples.toReversed()) {
    for (const [name, value] of Object.entries(read)) if (bank.points.has(name)) bank.store(name, value);
  }
}

function frontOf<B extends Behaviour>({ front }: ModbusClauses<B>, behaviour: B | undefined): UnitFront {
  return behaviour === undefined ? {} : (front?.(behaviour) ?? {});
}

/** Whether a device of the map says in a text who it is. */
function isTold({ identify }: ModbusMap): boolean {
  return identify !== undefined && 'register' in identify && identify.register.type === 'string';
}

function found<T>(value: T | undefined, number: number): T {
  if (value === undefined) throw new Error(`there is no such thing for unit ${number}`);
  return value;
}
