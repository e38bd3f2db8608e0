import type { Static, TSchema } from '@sinclair/typebox';
import type { Clock } from '../clock.ts';
import type { Connection, TransportName } from './connection.ts';

export interface OpenContext {
  /** Gives up: whatever has been opened is closed again. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Told of what is dropped: bytes that nobody listened for, a listener that threw. */
  readonly onStray?: (what: string) => void;
  /** Told of what somebody has to look after although the connection is open; a few times per connection at most. */
  readonly onTrouble?: (what: string) => void;
}

/** One way to reach devices. Plain data and functions: everything that lives is in the connections it opens. */
export interface Transport {
  /** The key of its settings in a connection. */
  readonly name: 'serial' | 'tcp' | 'mqtt' | 'rfc2217';
  /** What drivers take it for: a serial port that is reached over a network is a serial port. */
  readonly presents: Exclude<TransportName, 'none'>;
  readonly shape: Connection['shape'];
  /** Its other end can go without a word, so a connection on which nobody answers is opened anew. */
  readonly reopens?: true;
  /** Schema of a connection's settings in the configuration; a closed object. */
  readonly settings: TSchema;
  /** A name for log lines, without credentials. */
  label(settings: unknown): string;
  /**
   * Opens a fresh port, socket or client; nothing of an earlier one survives in it. `settings` have been validated.
   * Rejects with `device-offline` and what to do about it, or with the signal's reason.
   */
  open(settings: unknown, context: OpenContext): Promise<Connection>;
}

interface Definition<S extends TSchema> extends Omit<Transport, 'settings' | 'label' | 'open'> {
  readonly settings: S;
  label(settings: Static<S>): string;
  open(settings: Static<S>, context: OpenContext): Promise<Connection>;
}

/** Checks a transport against its settings' types and erases them: the configuration validates what it hands in. */
export function defineTransport<S extends TSchema>(definition: Definition<S>): Transport {
  return definition;
}

/** The reason of an aborted signal, as an error whatever it was aborted with. */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
