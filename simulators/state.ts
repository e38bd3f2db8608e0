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
