import type { Message, TransportName } from '../transport/connection.ts';

/** What passed on a wire, as data: what the recorder wrote, a simulator answers from and a person may have written. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly events: readonly RecordedEvent[];
}

/** All optional: whoever writes a recording by hand knows the events and no more. Never a credential. */
export interface RecordingHeader {
  /** The identifier of the device. */
  readonly device?: string;
  /** The name of its driver. */
  readonly driver?: string;
  /** The name of the configured connection. */
  readonly connection?: string;
  readonly transport?: TransportName | 'memory';
  /** What was open: a path, `host:port`, the URL of a broker. */
  readonly label?: string;
  /** Those of the transport's that matter to whoever answers: `baudRate`, `parity` … */
  readonly settings?: RecordedSettings;
  /** When its time 0 was: ISO 8601, UTC, in ms. */
  readonly began?: string;
  /** The far end was a simulator. */
  readonly simulated?: true;
}

export type RecordedSettings = Readonly<Record<string, string | number | boolean>>;

/** Why something was sent. */
export interface RecordedCall {
  /** `command`, `read`, `poll`, `stop` …: a word of small letters and `-`. */
  readonly kind: string;
  /** Of the command, the property … */
  readonly name?: string;
  /** That the command resource has. */
  readonly id?: string;
}

interface EventBase {
  /** Milliseconds since the recording began, to the microsecond; never less than the event's before. */
  readonly at: number;
  /** Whose call it was, or who heard it, where the wire is shared. */
  readonly device?: string;
  readonly call?: RecordedCall;
}

interface Passed extends EventBase {
  /** `sent` is what the service says, `heard` what the device does. */
  readonly kind: 'sent' | 'heard';
  /** How long it was in whole, in bytes, where only its beginning was kept. */
  readonly cutFrom?: number;
}

/** Bytes as they came; they do not align with frames. */
export interface RecordedBytes extends Passed {
  readonly bytes: Uint8Array;
}

export interface RecordedMessage extends Passed {
  readonly message: PassedMessage;
}

/** A message in either direction. On one that was sent, `retained` says that the broker was asked to keep it. */
export interface PassedMessage extends Message {
  readonly qos?: 0 | 1 | 2;
  readonly messageExpirySeconds?: number;
}

/** What happened to the wire. `missed`: there was more than could be recorded here. */
export interface RecordedWire extends EventBase {
  readonly kind: 'wire';
  readonly what: WireChange;
  readonly detail?: string;
}

export const wireChanges = ['opened', 'closed', 'lost', 'missed'] as const;
export type WireChange = (typeof wireChanges)[number];

export type RecordedEvent = RecordedBytes | RecordedMessage | RecordedWire;

/** What a recording may be at most. */
export const recordingLimits = {
  characters: 64 * 1024 * 1024,
  lineCharacters: 1024 * 1024,
  events: 200_000,
  /** About 31 years. */
  atMs: 999_999_999_999.999,
} as const;
