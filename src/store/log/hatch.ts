const readyAt = 0;
const lengthAt = 1;
const headBytes = 8;
/** Of memory, which is not taken before it is used. A batch of a hundred commands needs a third of it. */
const capacity = 256 * 1024;
/** A UTF-16 unit takes three bytes at most. */
const mostCharacters = Math.floor((capacity - headBytes) / 3);
/** In place of a length: what does not fit comes some other way. */
const elsewhere = -1;

/**
 * Memory in which one text at a time passes to a thread that sleeps until it comes. To wake a thread so costs half of what
 * a message to its event loop does.
 */
export class Hatch {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  #taken = 0;

  constructor(memory = new SharedArrayBuffer(capacity)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, headBytes / Int32Array.BYTES_PER_ELEMENT);
    this.#bytes = Buffer.from(memory, headBytes);
  }

  static fits(text: string): boolean {
    return text.length <= mostCharacters;
  }

  /** Wakes the other side with a text, or with word that something has come elsewhere. What was put before is to be taken. */
  put(text: string | undefined): void {
    this.#words[lengthAt] = text === undefined ? elsewhere : this.#bytes.write(text);
    Atomics.add(this.#words, readyAt, 1);
    Atomics.notify(this.#words, readyAt);
  }

  /** Sleeps until something is put; undefined: it has come elsewhere. */
  take(): string | undefined {
    Atomics.wait(this.#words, readyAt, this.#taken);
    this.#taken = Atomics.load(this.#words, readyAt);
    const length = this.#words[lengthAt] ?? elsewhere;
    return length === elsewhere ? undefined : this.#bytes.toString('utf8', 0, length);
  }
}
