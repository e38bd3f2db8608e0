/**
 * The two shapes of an open connection. Serial and TCP carry a stream of bytes; MQTT carries messages. A connection is
 * open when it is handed out, is never reopened, and never holds anything back: what it cannot send now it rejects now.
 */

/** Why a connection ended. `lost` is false when our side closed it. */
export interface Closed {
  readonly lost: boolean;
  readonly cause: Error;
}

/** Who uses a connection, and what for; the trace keeps it. */
export interface Cause {
  /** The identifier of the device. */
  readonly device?: string;
  readonly call?: Purpose | undefined;
}

export interface Purpose {
  /** `command`, `read`, `poll`, `stop`, `attach` … */
  readonly kind: string;
  /** Of the command or the property. */
  readonly name?: string;
  /** Of the command. */
  readonly id?: string;
}

interface BaseConnection {
  /** A name for log lines: a path, `host:port` or a broker URL without credentials. */
  readonly label: string;
  /** Settles exactly once, never rejects. */
  readonly closed: Promise<Closed>;
  readonly isOpen: boolean;
  /** Writes or publishes begun so far. Equal counts mean that nothing has been written in between. */
  readonly written: number;
  /** Releases the port, socket or client. Idempotent; pending writes reject with `connection-lost`. */
  close(): Promise<void>;
}

/** How one write on a byte stream goes out. */
export interface WriteOptions {
  /**
   * Called when this write's own bytes are handed on and `written` has counted it: what was heard before cannot answer it.
   * Whoever wraps a connection hands it on.
   */
  readonly onBegin?: (() => void) | undefined;
  /** A stop: waits for silence on a half-duplex line no longer than one turnaround. */
  readonly isStop?: boolean | undefined;
  readonly cause?: Cause | undefined;
}

export interface ByteConnection extends BaseConnection {
  readonly shape: 'bytes';
  /** How long one character takes on a serial line, start, parity and stop bits included; absent where nobody knows. */
  readonly characterMs?: number | undefined;
  /**
   * Resolves when the operating system has taken every byte. Rejects at once with `device-offline` when not open, with
   * `connection-lost` when the connection goes while the write is pending. An abort while bytes are still held on our
   * side closes the connection, because they could otherwise leave later.
   */
  write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void>;
  /** Chunks as they come; they never align with frames. Returns the way to stop listening. */
  onData(listener: (chunk: Uint8Array) => void): () => void;
  /**
   * Drops output that has not reached the device: a serial port flushes the tty, TCP resets (and so closes) the
   * connection. Called after an `unknown` actuate.
   */
  discardOutput(): Promise<void>;
}

/** Of a message that had to wait after it was read, until those before it were told. */
export interface ReadEarlier {
  /** `written` of its connection then: no later publish has caused it. */
  readonly written: number;
  /** Wall clock, ms since 1970. */
  readonly time: number;
}

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** True for what the broker had stored: it tells a past state, not a live one. */
  readonly retained: boolean;
  /** Absent where it is told as it is read. */
  readonly readEarlier?: ReadEarlier;
  /** This and what follows: MQTT 5 only. */
  readonly correlationData?: Uint8Array;
  readonly responseTopic?: string;
  readonly contentType?: string;
  /** Where a name comes several times, its last value. */
  readonly userProperties?: Readonly<Record<string, string>>;
}

export interface PublishOptions {
  /** 0 by default: a command is delivered now or not at all. */
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  /** MQTT 5 only; ignored on 3.1.1, where no property can carry them. */
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  readonly contentType?: string;
  readonly userProperties?: Readonly<Record<string, string>>;
  readonly messageExpirySeconds?: number;
  /** Called when this publish is handed to the wire: messages that were heard before cannot be its answer. */
  readonly onBegin?: () => void;
}

/** How the runtime publishes; drivers have no part in who is said to. */
export interface PublishSettings extends PublishOptions {
  readonly cause?: Cause | undefined;
}

export interface SubscribeOptions {
  readonly qos?: 0 | 1;
  readonly cause?: Cause | undefined;
}

/** Many filters that one listener hears: none of them costs more than its place in a table. */
export interface SubscriptionSet {
  /** Resolves once the broker has granted it. Retained messages follow. It may not be there already. */
  add(filter: string): Promise<void>;
  /** It is heard no more from now on. Resolves once the broker knows. */
  remove(filter: string): Promise<void>;
}

export interface MessageConnection extends BaseConnection {
  readonly shape: 'messages';
  /** 4 is MQTT 3.1.1, which carries no properties with its messages; 5 is MQTT 5.0. */
  readonly protocolVersion: 4 | 5;
  /**
   * Resolves when the QoS handshake is over (QoS 0: when the socket took it). Rejects at once with `device-offline`
   * when not connected, with `connection-lost` when the connection goes before the handshake ends. Nothing is ever
   * published again by a later connection.
   */
  publish(topic: string, payload: Uint8Array | string, options?: PublishSettings, signal?: AbortSignal): Promise<void>;
  /** Resolves with the way to unsubscribe once the broker has granted it. Retained messages follow. */
  subscribe(
    filter: string,
    listener: (message: Message) => void,
    options?: SubscribeOptions,
  ): Promise<() => Promise<void>>;
  /** For thousands of filters; see `subscriptionSetOn` for connections that have none. */
  subscriptionSet?(listener: (message: Message) => void): SubscriptionSet;
  /** Resolves when everything that was read by now has been told. Absent where nothing has to wait. */
  caughtUp?(): Promise<void>;
}

export type Connection = ByteConnection | MessageConnection;

/** Which shape each transport hands out. `none` has no connection. */
export interface TransportShapes {
  serial: ByteConnection;
  tcp: ByteConnection;
  mqtt: MessageConnection;
  none: null;
}

export type TransportName = keyof TransportShapes;
