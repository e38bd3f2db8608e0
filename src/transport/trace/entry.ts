import type { Message, PublishOptions, Purpose } from '../connection.ts';

/** What passed on a connection, or happened to it. */
export type TraceEntry = BytesEntry | MessageEntry | WireEntry;

interface Noted {
  /** Counts from 1, over all connections that one trace sees. */
  readonly sequence: number;
  /** Monotonic time, ms. */
  readonly at: number;
  /** Wall clock, ms since 1970; of a message that was told later than it was read, when it was read. */
  readonly time: number;
}

interface Passed extends Noted {
  readonly kind: 'sent' | 'heard';
  /** Length of the whole in bytes, where only its beginning is kept. */
  readonly cutFrom?: number | undefined;
  readonly call?: Purpose | undefined;
}

/** On a byte stream all devices hear everything. */
export interface BytesEntry extends Passed {
  readonly bytes: Uint8Array;
  /** Whose call it was. */
  readonly device?: string | undefined;
}

export interface MessageEntry extends Passed {
  readonly message: TracedMessage;
  /** Whose call it was, or whose subscriptions heard it; none where it is nobody's alone. */
  readonly devices: readonly string[];
}

export type TracedMessage = Omit<Message, 'readEarlier'> & Pick<PublishOptions, 'qos' | 'messageExpirySeconds'>;

export interface WireEntry extends Noted {
  readonly kind: 'wire';
  readonly what: 'opened' | 'closed' | 'lost';
  readonly detail?: string | undefined;
}

/** Whether a device has a part in it, or may have. */
export function concerns(entry: TraceEntry, device: string): boolean {
  return !('message' in entry) || entry.devices.length === 0 || entry.devices.includes(device);
}

/** The device that it is known to be of; of a message that several heard, the one that is asked about. */
export function deviceOf(entry: TraceEntry, asked: string): string | undefined {
  if ('bytes' in entry) return entry.device;
  return 'message' in entry && entry.devices.includes(asked) ? asked : undefined;
}
