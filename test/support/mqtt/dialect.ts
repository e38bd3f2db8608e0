import type { SimulatorKind, Simulator } from '../../../simulators/simulator.ts';
import type { AnyDriver, Confirmation } from '../../../src/driver/index.ts';

/** What a test does to the device at the far end. */
export interface Steering {
  /** What it really has of what is set, in the words of the model. */
  value(): unknown;
  /** It goes, and whatever tells so in its dialect tells so; absent where nothing does. */
  leave?(): void;
  /** It is back. */
  come?(): void;
}

/** One dialect of MQTT, as the suite sees it that all of them share. */
export interface Dialect {
  readonly name: string;
  readonly driver: AnyDriver;
  readonly kind: SimulatorKind;
  /** Versions of MQTT that it can speak; both if absent. */
  readonly protocolVersions?: readonly (4 | 5)[];
  /**
   * Options of the simulator and of the driver for one device. `unique` is a word of small letters and digits, so that a
   * broker may be shared. Waits for answers are to be short: 300 ms.
   */
  device(unique: string): { readonly simulator: unknown; readonly driver: unknown };
  /** What sets something, two values that it takes, and one that its schema refuses. */
  readonly set: {
    /** `write:` and a property, or a command. */
    readonly command: string;
    /** The parameter that has the value; `value` if absent, as a property's write has it. */
    readonly param?: string;
    readonly values: readonly [unknown, unknown];
    readonly invalid: unknown;
    /** What it comes to. */
    readonly confirmation: Confirmation;
    /** What it comes to if the device has that value already; as above if absent. */
    readonly again?: 'unknown';
  };
  /** Answers carry an id of their question, so that an older one answers nothing. */
  readonly correlated?: true;
  /** What the device publishes to tell of itself and to answer: a filter. */
  says(unique: string): string;
  steer(simulator: Simulator): Steering;
}
