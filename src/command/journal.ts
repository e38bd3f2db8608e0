import type { Lane } from '../device/lane.ts';
import type { Log } from '../driver/contract.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { simulatedFlag } from './simulated-flag.ts';

/** `required`: what cannot be put on record is not done. `best-effort`: it is done all the same. */
export type JournalPolicy = 'required' | 'best-effort';

export interface JournalParts {
  readonly store: Store;
  readonly policy: JournalPolicy;
  readonly log: Log;
  /** Hears of a command as it stood when it was put on record, once it is, however late. Must not throw. */
  readonly told?: ((record: CommandRecord) => void) | undefined;
}

/** Where a command waits. */
type Line = Pick<Lane, 'isPressed'>;

/** The store as the pipeline uses it, under the configured policy. */
export class Journal {
  readonly #parts: JournalParts;

  constructor(parts: JournalParts) {
    this.#parts = parts;
  }

  get store(): Store {
    return this.#parts.store;
  }

  /** Whether nothing may be done that cannot be put on record. */
  get required(): boolean {
    return this.#parts.policy === 'required';
  }

  /** The error for a command that could not be put on record now. */
  refusal(): BellcrankError | undefined {
    const { store } = this.#parts;
    if (store.trouble === undefined || !this.required) return undefined;
    return new BellcrankError('journal-unavailable', `${store.trouble}; nothing was sent`, {
      outcome: 'not-sent',
      reason: 'unrecorded',
      retryAfterMs: 5000,
    });
  }

  /**
   * Resolves when the record is durable. `line`: so many wait for it, perhaps, that what goes on record of them may wait for
   * others, as of `CommandStore.put`. Rejects with `journal-unavailable` where the policy requires it; what goes on record
   * later all the same is told then.
   */
  put(record: CommandRecord, line?: Line): Promise<void> {
    const tell = this.#teller(record);
    const { commands } = this.#parts.store;
    const mayWait = line?.isPressed === true;
    if (this.required) return commands.put(record, mayWait, tell);
    // What goes on without a record is told without one.
    return commands
      .put(record, mayWait)
      .catch((error: unknown) => this.#logMissing(record, error))
      .then(tell);
  }

  /** As `put`, whatever the policy: rejects where it is not on record. */
  putAsIs(record: CommandRecord): Promise<void> {
    return this.#parts.store.commands.put(record, false, this.#teller(record));
  }

  /**
   * For a queued command that may be sent before there is time for another entry: after a crash nobody knows whether it
   * was. Rejects where it is not on record, whatever the policy. Nobody is told: nothing has happened.
   */
  putAhead(record: CommandRecord, line: Line): Promise<void> {
    return this.#parts.store.commands.put({ ...record, ahead: true }, line.isPressed);
  }

  /** It goes on while it is written: what is told is what has been handed in. With its end nothing of it changes any more. */
  #teller(record: CommandRecord): (() => void) | undefined {
    const { told } = this.#parts;
    if (told === undefined) return undefined;
    const standing = record.state === 'ended' ? record : { ...record };
    return () => told(standing);
  }

  #logMissing(record: CommandRecord, error: unknown): void {
    const fields = { command: record.id, ...simulatedFlag(record), error: messageOf(error) };
    this.#parts.log.error(fields, 'a command is not on record');
  }
}
