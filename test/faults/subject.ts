import type { Simulator, SimulatorKind } from '../../simulators/simulator.ts';
import type { AnyDriver } from '../../src/driver/index.ts';
import type { LabDevice } from '../../src/testing/index.ts';

/** A driver under faults: what sets something on its device, and how what is set there is known. */
export interface Subject {
  readonly name: string;
  readonly driver: AnyDriver;
  readonly kind: SimulatorKind;
  readonly shape: 'bytes' | 'messages';
  readonly options?: Readonly<Record<string, unknown>>;
  readonly simulate?: Readonly<Record<string, unknown>>;
  /** Sets one of two values. */
  readonly command: string;
  readonly values: readonly [unknown, unknown];
  params(value: unknown): unknown;
  /** What the device has, once its wire is well again; absent where nobody can tell. */
  readonly readback?: (device: LabDevice, simulated: Simulator) => Promise<unknown>;
}
