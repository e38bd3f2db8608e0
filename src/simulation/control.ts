import type { JsonSchema } from '../driver/index.ts';

/** One thing of a simulated device that can be looked at, and set as a hand or the weather would. */
export interface StateView {
  readonly value: unknown;
  /** With title and unit where it has them. */
  readonly schema: JsonSchema;
  readonly settable: boolean;
}

export interface FaultReport {
  /** Fixes every random choice of the faults; with the faults it makes a run repeatable on memory wires. */
  readonly seed: number;
  readonly faults: readonly ActiveFault[];
}

/** A fault as it was asked for, and what has become of it. */
export interface ActiveFault {
  readonly fault: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** How often it has acted. */
  readonly acted: number;
  /** False once it is over. */
  readonly active: boolean;
}

/** Slowest and fastest that a simulator's time may go; 1 is real time. */
export const speedLimits = { minimum: 0.001, maximum: 1000 } as const;

/** A simulator's own clock. The deadlines and leases of the service never follow it. */
export interface SimulatedTime {
  /** 1 is real time. */
  readonly speed: number;
  readonly paused: boolean;
  /** Milliseconds of its own since it began. */
  readonly elapsedMs: number;
}

/** What happened to a simulator that nobody did over its wire. */
export type SimulatorEvent =
  | { readonly kind: 'faults'; readonly report: FaultReport }
  | { readonly kind: 'acted'; readonly fault: string; readonly detail?: string }
  | { readonly kind: 'state'; readonly part: string; readonly changed: Readonly<Record<string, unknown>> }
  | { readonly kind: 'time'; readonly time: SimulatedTime }
  | { readonly kind: 'pressed'; readonly button: string };

/**
 * A running simulator in the hands of whoever tests against it. Everything that comes from outside is validated here;
 * what is not valid throws `invalid-request` and changes nothing.
 */
export interface SimulatorControl {
  readonly model: string;
  /** Of the simulator itself, as configured. */
  readonly seed: number;
  readonly via: 'pty' | 'tcp' | 'memory' | 'mqtt';
  /** The devices at its far end: one, the units of a line, the devices behind a bridge. */
  readonly parts: readonly string[];
  /** The part that a device with these driver options is; undefined for one that is not here. */
  partOf(driver: string, options: unknown): string | undefined;
  state(part: string): Readonly<Record<string, StateView>>;
  setState(part: string, changes: unknown): void;
  /** Schema of what `setFaults` takes. */
  readonly faultsSchema: JsonSchema;
  faults(): FaultReport;
  /** Replaces all faults; those that are over or left out let go of the wire. */
  setFaults(request: unknown): Promise<FaultReport>;
  clearFaults(): Promise<FaultReport>;
  time(): SimulatedTime;
  setTime(changes: unknown): SimulatedTime;
  /** `unplug`, `plug` and whatever else somebody who stands beside the device could do. */
  readonly buttons: readonly string[];
  press(button: string): Promise<void>;
  /** Returns the way to stop listening. */
  observe(listener: (event: SimulatorEvent) => void): () => void;
}
