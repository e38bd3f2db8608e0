import { v7 as uuidv7 } from 'uuid';
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
  state: CommandState;
  outcome?: Outcome;
  reason?: NotSentReason;
  /** How far it is known to have come. */
  confirmation?: Confirmation;
  evidence?: Evidence;
  result?: unknown;
  error?: CommandError;
  /** Set when a late reply turned `unknown` into a final outcome. */
  resolvedLate?: true;
  sentAt?: number;
  endedAt?: number;
}

export type NewRecord = Pick<
  CommandRecord,
  'device' | 'command' | 'params' | 'by' | 'simulated' | 'declared' | 'submittedAt'
>;

/** Ids that sort by acceptance, also within a millisecond (RFC 9562 §6.2, method 1). */
export class CommandIds {
  #msecs = 0;
  #seq = 0;

  next(msecs: number): string {
    // A wall clock that is set back must not put a command before older ones.
    this.#seq = msecs > this.#msecs ? 0 : this.#seq + 1;
    this.#msecs = Math.max(msecs, this.#msecs);
    return uuidv7({ msecs: this.#msecs, seq: this.#seq });
  }
}

export function newRecord(id: string, fields: NewRecord): CommandRecord {
  return { id, ...fields, state: 'queued' };
}
