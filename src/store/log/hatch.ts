const readyAt = 0;
const countAt = 1;
/** Where the lengths of the texts begin, of which there are this many at most: more than three for each line of a batch. */
const lengthsAt = 2;
const mostTexts = 4096;
const headBytes = (lengthsAt + mostTexts) * Int32Array.BYTES_PER_ELEMENT;
/** Of memory, which is not taken before it is used. A batch of a hundred commands needs a tenth of it. */
const capacity = 1024 * 1024;
/** A UTF-16 unit takes three bytes at most. */
const mostCharacters = Math.floor((capacity - headBytes) / 3);
/** In place of a count: what does not fit comes some other way. */
const elsewhere = -1;

/**
 * Memory in which some texts at a time pass to a thread that sleeps until they come. To wake a thread so costs half of what
 * a message to its event loop does. Each is copied as it is: to make one text of them that tells them apart costs more.
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

  static fits(texts: readonly string[]): boolean {
    let characters = 0;
    for (const text of texts) characters += text.length;
    return texts.length <= mostTexts && characters <= mostCharacters;
  }

  /** Wakes the other side with texts, or with word that something has come elsewhere. What was put before is to be taken. */
  put(texts: readonly string[] | undefined): void {
    let at = lengthsAt;
    let end = 0;
    for (const text of texts ?? []) {
      const length = this.#bytes.write(text, end);
      this.#words[at++] = length;
      end += length;
    }
    this.#words[countAt] = texts?.length ?? elsewhere;
    Atomics.add(this.#words, readyAt, 1);
    Atomics.notify(this.#words, readyAt);
  }

  /** Sleeps until something is put; undefined: it has come elsewhere. */
  take(): string[] | undefined {
    Atomics.wait(this.#words, readyAt, this.#taken);
    this.#taken = Atomics.load(this.#words, readyAt);
    const count = this.#words[countAt] ?? elsewhere;
    if (count === elsewhere) return undefined;
    let end = 0;
    return Array.from(this.#words.subarray(lengthsAt, lengthsAt + count), (length) =>
      this.#bytes.toString('utf8', end, (end += length)),
    );
  }
}
