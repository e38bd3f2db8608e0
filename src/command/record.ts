import { randomBytes as systemBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { RandomBytes } from '../random-bytes.ts';
import type { CommandRecord } from '../store/record.ts';

export type NewRecord = Pick<
  CommandRecord,
  'device' | 'command' | 'params' | 'by' | 'simulated' | 'declared' | 'submittedAt'
>;

/** What one id takes of randomness, and what is fetched at a time: asking the system costs more than all the rest. */
const bytesEach = 16;
const poolBytes = 256 * bytesEach;

/** Ids that sort by acceptance, also within a millisecond (RFC 9562 §6.2, method 1). */
export class CommandIds {
  #msecs = 0;
  #seq = 0;
  readonly #randomBytes: RandomBytes;
  #pool = new Uint8Array();
  #used = 0;

  constructor(randomBytes: RandomBytes = systemBytes) {
    this.#randomBytes = randomBytes;
  }

  next(msecs: number): string {
    // A wall clock that is set back must not put a command before older ones.
    this.#seq = msecs > this.#msecs ? 0 : this.#seq + 1;
    this.#msecs = Math.max(msecs, this.#msecs);
    return uuidv7({ msecs: this.#msecs, seq: this.#seq, random: this.#random() });
  }

  /** Bytes that nobody had before. */
  #random(): Uint8Array {
    if (this.#used === this.#pool.length) {
      this.#pool = Uint8Array.from(this.#randomBytes(poolBytes));
      this.#used = 0;
    }
    return this.#pool.subarray(this.#used, (this.#used += bytesEach));
  }
}

export function newRecord(id: string, fields: NewRecord): CommandRecord {
  return { id, ...fields, state: 'queued' };
}
