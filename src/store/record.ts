import type { Evidence } from '../driver/contract.ts';
import type { Confirmation } from '../driver/spec.ts';
import type { DeviceError, ErrorCode, NotSentReason, Outcome } from '../errors.ts';

export type CommandState = 'queued' | 'sent' | 'ended';

/** What went wrong with a command, as clients see it. */
export interface CommandError {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly device?: DeviceError;
}

/** A client's Idempotency-Key, and a digest of what it stands for. */
export interface IdempotencyKey {
  readonly value: string;
  readonly fingerprint: string;
}

/** One command from acceptance to its end: the resource that HTTP, the history and the stream all show. */
export interface CommandRecord {
  /** UUIDv7: sorts by time of acceptance. */
  readonly id: string;
  readonly device: string;
  readonly command: string;
  readonly params: unknown;
  readonly by: string;
  readonly simulated: boolean;
  /** What the command declares must be reached for `succeeded`. */
  readonly declared: Confirmation;
  readonly submittedAt: number;
  /** Set until the command ends `not-sent`: then the key is free again. */
  key?: IdempotencyKey | undefined;
  state: CommandState;
  /** Of a queued one on record that may be sent before there is another entry: the next one on its line. */
  ahead?: true | undefined;
  outcome?: Outcome | undefined;
  reason?: NotSentReason | undefined;
  /** How far it is known to have come. */
  confirmation?: Confirmation | undefined;
  evidence?: Evidence | undefined;
  result?: unknown;
  error?: CommandError | undefined;
  /** Set when a late reply turned `unknown` into a final outcome. */
  resolvedLate?: true | undefined;
  /** How often it was sent, if more than once. */
  attempts?: number | undefined;
  sentAt?: number | undefined;
  endedAt?: number | undefined;
}
