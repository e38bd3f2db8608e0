import type { AnyDriver, ByteConnection, Clock } from '../src/driver/index.ts';
import type { JsonSchema, Message, PublishOptions } from '../src/driver/index.ts';
import type { Will } from '../src/transport/memory.ts';
import type { SimulatedPart } from './state.ts';

/** How a simulated device publishes. What MQTT 5 carries is lost on a broker that does not speak it. */
export type FarPublishOptions = Pick<
  PublishOptions,
  'qos' | 'retain' | 'responseTopic' | 'correlationData' | 'contentType' | 'userProperties'
>;

/** What a simulated device publishes. */
export interface FarMessage {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly options?: FarPublishOptions;
}

/** What a simulated MQTT device sees of its broker. */
export interface FarClient {
  publish(topic: string, payload: Uint8Array | string, options?: FarPublishOptions): void;
  subscribe(filter: string, listener: (message: Message) => void): void;
}

/** Face 2: the far end of the wire, written from the manual; it never imports the driver's codec. */
export type WireFace =
  | {
      readonly shape: 'bytes';
      serve(far: ByteConnection): void;
      /** A refusal of what was heard, in the words of its protocol; undefined where it has none. For the fault `nak`. */
      nak?(heard: Uint8Array): Uint8Array | undefined;
    }
  | {
      readonly shape: 'messages';
      /** The same, to a message. */
      nak?(heard: Message): FarMessage | undefined;
      /** Whether it has obeyed, when it says this after hearing that. For the fault `lost-ack`; absent: whatever it says at once. */
      acknowledges?(said: FarMessage, heard: Message): boolean;
      /** Its last will; a function where each connection has one of its own. */
      readonly will?: Will | (() => Will);
      /** 5 for devices that speak MQTT 5.0; 4, which is MQTT 3.1.1, if absent. */
      readonly protocolVersion?: 4 | 5;
      serve(client: FarClient): void;
    };

/** Something at the far end of a wire that answers as a device would. */
export interface WireSimulator {
  readonly wire: WireFace;
  /** The devices at its far end, to look at and to steer; none if absent. */
  readonly parts?: readonly SimulatedPart[];
  /** Stops its timers. */
  close(): void;
}

/** One simulated device: one behaviour, two faces. */
export interface Simulator extends WireSimulator {
  /** Face 1: the Driver contract straight on the behaviour, transport `none`. */
  readonly driver: AnyDriver;
}

export interface SimulatorSettings {
  readonly clock: Clock;
  /** Fixes every random choice of the simulator. */
  readonly seed: number;
  readonly options: unknown;
}

/** Whatever can be put at the far end of a wire. */
export interface WireSimulatorKind {
  /** The driver whose devices it simulates. */
  readonly model: string;
  /** Schema of `simulate.options` in the configuration. */
  readonly options: JsonSchema;
  /**
   * Options of another device of the kind in the place of the one that these options and this seed make, and which is
   * told from it. Absent: another seed is enough.
   */
  another?(options: unknown, seed: number): unknown;
  create(settings: SimulatorSettings): WireSimulator;
}

/** What a simulator folder exports and the explicit list in `simulators/index.ts` holds. */
export interface SimulatorKind extends WireSimulatorKind {
  create(settings: SimulatorSettings): Simulator;
}
