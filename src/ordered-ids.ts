import { randomBytes as systemBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** What one id takes of randomness, and what is fetched at a time: asking the system costs more than all the rest. */
const bytesEach = 16;
const poolBytes = 256 * bytesEach;

/** UUIDv7 that sort by when they were made, also within a millisecond (RFC 9562 §6.2, method 1). */
export class OrderedIds {
  #msecs = 0;
  #seq = 0;
  readonly #randomBytes: (size: number) => Uint8Array;
  readonly #bytes = new Uint8Array(bytesEach);
  #pool = new Uint8Array();
  #used = 0;

  constructor(randomBytes: (size: number) => Uint8Array = systemBytes) {
    this.#randomBytes = randomBytes;
  }

  /** Those to come sort after this one, also where the wall clock was set back before a restart. */
  follow(id: string): void {
    // RFC 9562 §5.7: the first 48 bits are the time in ms.
    const msecs = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
    if (msecs >= this.#msecs) [this.#msecs, this.#seq] = [msecs + 1, 0];
  }

  next(msecs: number): string {
    // A wall clock that is set back must not put one before older ones.
    this.#seq = msecs > this.#msecs ? 0 : this.#seq + 1;
    this.#msecs = Math.max(msecs, this.#msecs);
    return textOf(uuidv7({ msecs: this.#msecs, seq: this.#seq, random: this.#random() }, this.#bytes));
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

const digits = Buffer.from('0123456789abcdef');
const text = Buffer.from('00000000-0000-0000-0000-000000000000');
/** Where each byte stands in it. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** Made as one piece: what is put together of 36 is taken apart and copied wherever the id goes. */
function textOf(bytes: Uint8Array): string {
  for (let index = 0; index < bytesEach; index++) {
    const at = places[index] ?? 0;
    const byte = bytes[index] ?? 0;
    text[at] = digits[byte >> 4] ?? 0;
    text[at + 1] = digits[byte & 15] ?? 0;
  }
  return text.toString('latin1');
}
