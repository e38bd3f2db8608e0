/** Data as a trace keeps it: copied, since whoever hands it over may change it, and cut. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly cutFrom: number | undefined;
  /** All of it, for who follows; the same as `bytes` while nobody does. */
  readonly whole: Uint8Array;
}

/** What passed on a byte stream as a trace keeps it, cut. */
export interface Chunk {
  /** One character per byte (latin1). */
  readonly text: string;
  readonly cutFrom: number | undefined;
  /** All of it, copied, where somebody follows. */
  readonly whole: Uint8Array | undefined;
}

/** `most` bytes are kept. */
export function chunkOf(data: Uint8Array, most: number, wantsWhole: boolean): Chunk {
  const { buffer, byteOffset, length } = data;
  const text = Buffer.from(buffer, byteOffset, Math.min(length, most)).toString('latin1');
  const whole = wantsWhole ? new Uint8Array(data) : undefined;
  return { text, cutFrom: length > most ? length : undefined, whole };
}

/** What V8 keeps without an allocation outside of its heap, which is most of what a copy costs. */
const smallBytes = 64;
const slabBytes = 16 * 1024;

/** Copies of data, one beside the other: what is dropped in the order in which it came is freed with its neighbours. */
export class Copies {
  readonly #most: number;
  #slab = new Uint8Array();
  #used = 0;

  /** `most` bytes are kept of each. */
  constructor(most: number) {
    this.#most = most;
  }

  payload(data: Uint8Array | string, wantsWhole: boolean): Payload {
    const all = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    const { length } = all;
    if (length <= this.#most) {
      const bytes = this.#copy(all);
      return { bytes, cutFrom: undefined, whole: bytes };
    }
    const bytes = this.#copy(all.subarray(0, this.#most));
    return { bytes, cutFrom: length, whole: wantsWhole ? new Uint8Array(all) : bytes };
  }

  #copy(data: Uint8Array): Uint8Array {
    const { length } = data;
    if (length <= smallBytes || length > slabBytes) return new Uint8Array(data);
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Uint8Array(slabBytes);
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + length);
    copy.set(data);
    this.#used += length;
    return copy;
  }
}
