import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { JsonSchema } from '../src/driver/index.ts';

/** One thing that a simulated device models. */
export interface StateEntry {
  /** With title and unit where it has them. */
  readonly schema: JsonSchema;
  get(): unknown;
  /** Absent: it follows from the others. The value is valid by the schema; throws `invalid-request` if it cannot be now. */
  readonly set?: (value: never) => void;
}

export type StateEntries = Readonly<Record<string, StateEntry>>;

/** One device at the far end of a simulator's wire. */
export interface SimulatedPart {
  /** As it is told apart from the others of its simulator: `main` for the only one, `unit-1`, a friendly name. */
  readonly name: string;
  /** Whether a device with these (valid) options of this driver is it. Absent: every device on its connection is. */
  is?(driver: string, options: unknown): boolean;
  readonly state: StateEntries;
  /** What somebody who stands beside it could press: a door, a power switch. */
  readonly buttons?: Readonly<Record<string, () => void>>;
}

/** An entry that is set to values of its schema. */
export function entry<T extends TSchema>(schema: T, get: () => unknown, set?: (value: Static<T>) => void): StateEntry {
  return { schema, get, ...(set && { set }) };
}

/** On or off, open or not, there or not. */
export const yesOrNo = (title: string) => Type.Boolean({ title });

/** A number with its unit; `''` for one that has none. */
export const quantity = (title: string, unit: string, minimum: number, maximum: number) =>
  Type.Number({ title, ...(unit !== '' && { unit }), minimum, maximum });

/** A whole one. */
export const whole = (title: string, unit: string, minimum: number, maximum: number) =>
  Type.Integer({ title, ...(unit !== '' && { unit }), minimum, maximum });

export const oneOf = <const W extends readonly string[]>(title: string, words: W) =>
  Type.Unsafe<W[number]>({ type: 'string', title, enum: [...words] });

export const text = (title: string, maxLength = 200) => Type.String({ title, maxLength });

type Options = Readonly<Record<string, unknown>>;

/** Whether a device is of this driver, its options saying this; what they leave out is as `usually` has it. */
export function attachedBy(driver: string, says: Options, usually: Options = {}) {
  return (name: string, options: unknown): boolean => {
    if (name !== driver || typeof options !== 'object' || options === null) return false;
    const given: Options = { ...usually, ...options };
    return Object.entries(says).every(([key, value]) => given[key] === value);
  };
}
