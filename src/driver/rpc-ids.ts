import { randomBytes as systemBytes } from 'node:crypto';
import type { RandomBytes } from '../random-bytes.ts';

/** Where the ids of requests come from. None may repeat, also not after the process was started anew. */
export interface RpcIdSource {
  next(): string;
}

/** Texts: a random word for this source, and a count. */
export class RpcIds implements RpcIdSource {
  readonly #word: string;
  #count = 0;

  constructor(randomBytes: RandomBytes = systemBytes) {
    this.#word = Buffer.from(randomBytes(8)).toString('hex');
  }

  next(): string {
    return `${this.#word}-${++this.#count}`;
  }
}

/** Whole numbers of 31 bits, for dialects that take no texts. They begin anywhere, so that a start hardly repeats one. */
export class NumberedIds implements RpcIdSource {
  #last: number;

  constructor(randomBytes: RandomBytes = systemBytes) {
    this.#last = Buffer.from(randomBytes(4)).readUInt32BE() >>> 2;
  }

  next(): string {
    this.#last = this.#last >= 0x7fff_ffff ? 1 : this.#last + 1;
    return String(this.#last);
  }
}
