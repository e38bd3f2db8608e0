import type { AnyDriver } from '../driver/contract.ts';
import type { JsonSchema } from '../driver/spec.ts';

/** What a transport tells about itself; `src/transport/index.ts` lists them. */
export interface TransportKind {
  readonly name: string;
  /** What drivers take it for; its name if absent. */
  readonly presents?: string;
  /** Schema of its settings in the configuration; a closed object. */
  readonly settings: JsonSchema;
}

/** The part of a simulator that the configuration needs. */
export interface SimulatorOptions {
  /** The driver whose devices it simulates. */
  readonly model: string;
  readonly options: JsonSchema;
}

/** What a configuration may name. */
export interface Catalogue<S extends SimulatorOptions = SimulatorOptions> {
  readonly transports: readonly TransportKind[];
  readonly drivers: readonly AnyDriver[];
  readonly simulators: readonly S[];
}

export function driverNamed(drivers: readonly AnyDriver[], name: unknown): AnyDriver | undefined {
  return drivers.find(({ model }) => model.name === name);
}

export function simulatorOf<S extends SimulatorOptions>(simulators: readonly S[], model: unknown): S | undefined {
  return simulators.find((simulator) => simulator.model === model);
}
