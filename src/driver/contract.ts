import type { Clock } from '../clock.ts';
import type { RandomBytes } from '../random-bytes.ts';
import { type BellcrankError, knownAcrossCopies } from '../errors.ts';
import type {
  Connection,
  Message,
  MessageConnection,
  PublishOptions,
  TransportName,
  WriteOptions,
} from '../transport/connection.ts';
import type { Confirmation, JsonSchema, Model } from './spec.ts';

/** The contract's version; a user's driver that was built for another one is refused at load. */
export const contractVersion = 1;

/** Writes of one call on a byte stream. */
export interface ByteWire {
  /**
   * As `ByteConnection.write`; the first one of a command awaits its `sent` record. Whoever wraps a wire hands the options
   * on: a reply is taken only for what is known to have begun.
   */
  write(bytes: Uint8Array, options?: Pick<WriteOptions, 'onBegin'>): Promise<void>;
}

/** Publishes of one call on a message connection. */
export interface MessageWire {
  /** As `MessageConnection.publish`; the first one of a command awaits its `sent` record. */
  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions): Promise<void>;
}

export type Wire = ByteWire | MessageWire | null;

/** What a call on each transport writes through. */
export interface TransportWires {
  serial: ByteWire;
  tcp: ByteWire;
  mqtt: MessageWire;
  none: null;
}

/** What the device said, for the record: bytes as text, a topic, a reply. Bounded by the runtime. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/** What ends a dry run: thrown by whoever would now wait for an answer. Not an error, so not a BellcrankError. */
export class DryRunEnd {
  static {
    knownAcrossCopies(this, 'dry-run-end');
  }

  /** False if more exchanges would follow the captured ones. */
  readonly complete: boolean;
  constructor(complete: boolean) {
    this.complete = complete;
  }
}

/** One handler's run: a command, a property write, a read, a poll, a stop or a resync. */
export interface Call<W = Wire, R = unknown> {
  /** The command's id; for reads and polls a local one. */
  readonly id: string;
  /** Aborts at the deadline, on stop, on a lost connection. A handler must settle soon after. */
  readonly signal: AbortSignal;
  /**
   * Aborts when somebody cancels an `abortable` command that has left. The handler tells the device, through `wire` as
   * ever, and throws `cancelled` once the device has taken it; or it goes on, if it is too late.
   */
  readonly cancelled: AbortSignal;
  /** An instant of `clock.monotonic()`. */
  readonly deadline: number;
  /** In a dry run writes are captured and resolve; whoever would wait for an answer throws `DryRunEnd`. */
  readonly dryRun: boolean;
  readonly wire: W;
  /** For transport `none`: awaits the `sent` record just before the driver acts. */
  sending(): Promise<void>;
  /** States how far the command has come and by what. `sent` is stated by the wire itself. */
  confirm(level: Confirmation, evidence?: Evidence): void;
  /** Tells watchers how far a `long` command is, and extends its deadline. */
  progress(progress: Evidence): void;
  /**
   * Between two exchanges of a `long` command: lets others have the line, and resolves with the line again. Resolves at
   * once for other calls. Rejects when the device has gone meanwhile.
   */
  yield(): Promise<void>;
  /** Resolves this command after it ended `unknown`, when its reply came late and beyond doubt. */
  late(result: R | BellcrankError): void;
}

export type AnyCall = Call<never>;

/** A driver attached to one live device, as the runtime sees it. */
export interface AnySession {
  readonly commands: Readonly<Record<string, (params: never, call: never) => Promise<unknown>>>;
  /** One per property that can be asked for. */
  readonly read?: Readonly<Record<string, ((call: never) => Promise<unknown>) | undefined>>;
  readonly write?: Readonly<Record<string, (value: never, call: never) => Promise<unknown>>>;
  /**
   * Several properties in fewer exchanges; names that are due together. Where one of them could not be read although the
   * device answers, its BellcrankError stands in place of the value.
   */
  readMany?(names: readonly string[], call: never): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Which of the names that are due are worth one `readMany`; each group is a call of its own, also one of a single name. Absent:
   * all together, and one that is due alone is asked for by its `read`.
   */
  readTogether?(names: readonly string[]): readonly (readonly string[])[];
  /** How long a read of these may take in all, where their device answers slowly. Never less than the runtime's own 3 s. */
  readWithinMs?(names: readonly string[]): number;
  /**
   * What the device needs before it takes commands, beyond the question who it is. Called once after each attach, after
   * the stop of a device that is latched; if it rejects, the session ends and the device is attached anew later. It may
   * not change outputs, modes or motion.
   */
  init?(call: never): Promise<void>;
  /** Make it safe, now. */
  stop?(call: never): Promise<void>;
  /** Back to a known protocol state. Absent: the runtime drains until quiet and attaches anew. */
  resync?(call: never): Promise<void>;
  /**
   * Asks a device that is said to be away (`Context.availability`) whether it is there, and tells if it answers: the word
   * that it is back may have been lost. Called ever more seldom while it is away. Absent: it comes back by its own word.
   */
  ask?(call: never): Promise<void>;
  detach?(call: never): Promise<void>;
  /** The model of this very device, where it describes itself. */
  readonly model?: Model;
  /** As `Context.identify`, for a driver that sends nothing but its question who is there while it attaches. */
  readonly identity?: string;
}

/** Handed to `attach`; every callback may be called until the session ends, and is ignored after. */
export interface Context {
  readonly log: Log;
  readonly clock: Clock;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  /**
   * Calls back when the session ends, or at once if it has. For drivers with thousands of sessions: a signal of each would
   * be the largest part of them.
   */
  onEnd(then: (reason: Error) => void): void;
  /** A value that the device itself told. Validated against the property's schema. */
  report(property: string, value: unknown): void;
  /**
   * The property is not known now: the device says so itself (a receiver without a fix), or no longer tells it. Until
   * the next `report` its reading is `bad` and says why; the last value stands beside that with the time it was told.
   */
  lost(property: string, why: string): void;
  emit(event: string, data: unknown): void;
  /** Replaces the device's model atomically; a value of what it does not have yet is not taken, also during `attach`. */
  remodel(model: Model): void;
  /**
   * What a device says of its own presence while its connection stays up (an MQTT last will). Told that it is available
   * when it was already, it has started afresh: it is brought back into step before the next command.
   */
  availability(available: boolean, detail: string): void;
  /**
   * What the device tells of itself: a serial number, a version, whatever tells it from another one. Throws
   * `identity-mismatch` if another one was there before and no operator has accepted the new one. Called before
   * anything else is sent, so that a device that was plugged in by mistake hears nothing but the question.
   */
  identify(identity: string): void;
  /** What it told before, in a former session; absent if nothing, or if another one was accepted since. */
  readonly identified?: string | undefined;
  /** Counts a reply or line that belonged to nothing; `damaged`: since its checksum is wrong. */
  unmatched(what: string, damaged?: boolean): void;
  /** What all sessions of the driver's on this connection have in common; see `Shared`. */
  readonly shared: Shared;
  /** For ids that nobody else may guess or repeat: a seed fixes them in a test. */
  readonly randomBytes: RandomBytes;
  /** The one instance of equal models: thousands of devices of one make keep one description. */
  intern(model: Model): Model;
}

/**
 * Things that belong to a connection and not to one device on it: an inventory that its broker announces, the sequence
 * numbers of a node with many devices. Each is made when it is first asked for, and is gone with its connection.
 */
export interface Shared {
  /**
   * `key` starts with the driver's name. What is made may listen on the connection itself for as long as that lives; what
   * it publishes keeps a protocol going, and never changes what a device does.
   */
  get<T>(key: string, make: (connection: MessageConnection, upkeep: SharedUpkeep) => T): T;
}

/** What shared things work with. */
export interface SharedUpkeep {
  readonly log: Log;
  readonly clock: Clock;
  /** As a context's. */
  readonly randomBytes: RandomBytes;
}

/** The few pino methods that drivers use. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a shared line must respect between exchanges; the lane enforces the strictest on it. */
export interface LaneTiming {
  /** Pause after each exchange. */
  readonly gapMs?: number;
  /** Longest an urgent write or a stop waits for the turnaround of a half-duplex line. */
  readonly guardMs?: number;
  /** Silence that proves that no late reply is under way; longer than the device's slowest answer gap. */
  readonly quietMs?: number;
}

/** A device that its broker, or it itself, announces. What it says of itself is data, bounded and not trusted. */
export interface Candidate {
  /** Of the device within its driver and connection, stable: an address, a serial number. */
  readonly identity: string;
  /** What people call it; a device id is made of it. */
  readonly name: string;
  /** What `attach` needs to be given to reach it; valid against the driver's `options`. */
  readonly options: unknown;
  /** Other options that would reach it, where it goes by several names. The first 20 count. */
  readonly otherwise?: readonly unknown[];
  readonly manufacturer?: string;
  /** Its make and type, as it names them. */
  readonly model?: string;
  readonly version?: string;
  /** What it can do, where that is known without attaching to it. */
  readonly summary?: string;
  /** Why it cannot be attached. */
  readonly unsupported?: string;
}

/** Told of each candidate as it appears, changes and goes. */
export interface Discovery {
  /** Once more for the same identity: it has changed. */
  found(candidate: Candidate): void;
  /** It is no longer announced. */
  gone(identity: string): void;
}

export interface DiscoveryContext {
  /** Valid against the driver's `discoveryOptions`, defaults applied. */
  readonly options: unknown;
  readonly log: Log;
  readonly clock: Clock;
  /** Aborts when the search ends. */
  readonly signal: AbortSignal;
  readonly shared: Shared;
}

/** How a device's serial port is set as it leaves the factory, as far as the driver knows. */
export interface SerialDefaults {
  readonly baudRate?: number;
  readonly dataBits?: 5 | 6 | 7 | 8;
  readonly stopBits?: 1 | 2;
  readonly parity?: 'none' | 'even' | 'odd';
}

/** Something that passed on a wire. */
export interface Passed {
  readonly kind: 'sent' | 'heard';
  /** A chunk, which need not be a whole frame; or a message's payload. */
  readonly bytes: Uint8Array;
  /** Of a message. */
  readonly topic?: string;
}

/** A driver with its types erased: what the registry holds and what YAML definitions build directly. */
export interface AnyDriver {
  readonly contract: typeof contractVersion;
  readonly model: Model;
  readonly transports: readonly TransportName[];
  readonly options: JsonSchema;
  /** Exchanges in flight at once on its lane; 1 by default. */
  readonly maxInFlight?: number;
  readonly timing?: LaneTiming;
  /** For serial connections whose configuration does not say. */
  readonly serial?: SerialDefaults;
  /**
   * Which of the devices on a connection these (valid) options mean. Two devices with one address are the same hardware
   * and are refused. Absent: the connection is one device's alone.
   */
  address?(options: unknown): string;
  /**
   * What its devices can do is known of each only once it describes itself; `model` is what all have in common. Limits
   * and denials are then checked when a device has described itself.
   */
  readonly selfDescribing?: true;
  /**
   * What a chunk or a payload means, for whoever reads the trace: JSON data; undefined where it cannot be told. It is asked
   * when somebody looks, of a device's options; it may throw.
   */
  explain?(passed: Passed, options: unknown): unknown;
  attach(connection: Connection | null, options: unknown, context: Context): Promise<AnySession>;
  /** Schema of what the configuration may tell `discover`; a closed object. Absent: nothing. */
  readonly discoveryOptions?: JsonSchema;
  /**
   * Resolves once it listens; goes on telling until the signal aborts. Sends nothing that changes what a device does, and
   * nothing retained: that is refused.
   */
  discover?(connection: Connection, discovery: Discovery, context: DiscoveryContext): Promise<void>;
}

export type { Message, MessageConnection };
