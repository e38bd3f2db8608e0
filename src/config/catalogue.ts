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

/** The wire of a simulator, as far as the configuration tells. */
export interface SimulatedWire {
  readonly shape: 'bytes' | 'messages';
  readonly via: 'pty' | 'tcp' | 'memory' | 'mqtt';
}

/** One kind of what can go wrong on a simulated wire. */
export interface FaultKind {
  readonly name: string;
  /** Schema of a fault of this kind; a closed object. */
  readonly schema: JsonSchema;
  /** Why this wire cannot have it; undefined if it can. */
  whyNot(wire: SimulatedWire): string | undefined;
  /** What its schema cannot say of a fault that is valid by it; the device itself may have more to say. */
  misfits(fault: unknown, wire: SimulatedWire): readonly { readonly pointer: string; readonly detail: string }[];
}

/** What a configuration may name. */
export interface Catalogue<S extends SimulatorOptions = SimulatorOptions> {
  readonly transports: readonly TransportKind[];
  readonly drivers: readonly AnyDriver[];
  readonly simulators: readonly S[];
  /** What can go wrong on the simulators' wires; nothing if absent. */
  readonly faults?: readonly FaultKind[];
}

export function driverNamed(drivers: readonly AnyDriver[], name: unknown): AnyDriver | undefined {
  return drivers.find(({ model }) => model.name === name);
}

export function simulatorOf<S extends SimulatorOptions>(simulators: readonly S[], model: unknown): S | undefined {
  return simulators.find((simulator) => simulator.model === model);
}
