import type { AnyDriver, ByteConnection, Clock } from '../src/driver/index.ts';
import type { JsonSchema, Message } from '../src/driver/index.ts';
import type { Will } from '../src/transport/memory.ts';

/** What a simulated MQTT device sees of its broker. */
export interface FarClient {
  publish(topic: string, payload: string, options?: { retain?: boolean }): void;
  subscribe(filter: string, listener: (message: Message) => void): void;
}

/** Face 2: the far end of the wire, written from the manual; it never imports the driver's codec. */
export type WireFace =
  | { readonly shape: 'bytes'; serve(far: ByteConnection): void }
  | { readonly shape: 'messages'; readonly will?: Will; serve(client: FarClient): void };

/** One simulated device: one behaviour, two faces. */
export interface Simulator {
  /** Face 1: the Driver contract straight on the behaviour, transport `none`. */
  readonly driver: AnyDriver;
  readonly wire: WireFace;
  /** Stops its timers. */
  close(): void;
}

export interface SimulatorSettings {
  readonly clock: Clock;
  /** Fixes every random choice of the simulator. */
  readonly seed: number;
  readonly options: unknown;
}

/** What a simulator folder exports and the explicit list in `simulators/index.ts` holds. */
export interface SimulatorKind {
  /** The driver whose devices it simulates. */
  readonly model: string;
  /** Schema of `simulate.options` in the configuration. */
  readonly options: JsonSchema;
  create(settings: SimulatorSettings): Simulator;
}
