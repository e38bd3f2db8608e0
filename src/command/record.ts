import { v7 as uuidv7 } from 'uuid';
import type { CommandRecord } from '../store/record.ts';

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
